// What a page cannot say in HTML.
"use strict";

// An answer about a form that has been changed since must not overwrite what was typed meanwhile.
(() => {
  const sent = new WeakMap();
  const state = (form) => new URLSearchParams(new FormData(form)).toString();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form[data-live]");
    if (form) sent.set(form, state(form));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig?.elt?.closest("form[data-live]");
    if (form && event.detail.xhr.status === 200 && form.isConnected && sent.get(form) !== state(form)) {
      event.detail.shouldSwap = false;
      htmx.trigger(form, "again");
    }
    // Faults of the server are pages too; show them whole.
    if (event.detail.xhr.status >= 400 && event.detail.serverResponse.includes("<!doctype html>")) {
      const text = said(event.detail.serverResponse);
      if (event.detail.xhr.status === 401) text.append(" ", signIn());
      failed(text);
    }
  });
  // Figures of what was written before must not stand beside what is written now.
  const failed = (text) => {
    document.querySelector("#fault")?.replaceChildren(text);
    document.querySelector("#answer")?.classList.add("stale");
  };
  const said = (page) => {
    const told = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const text = document.createElement("p");
    text.className = "fault";
    text.textContent = told ? told.textContent.replace(/\s+/g, " ").trim() : "";
    return text;
  };
  const signIn = () => {
    const link = document.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.textContent = "登录";
    return link;
  };
  document.addEventListener("htmx:sendError", () => {
    const text = document.createElement("p");
    text.className = "fault";
    text.textContent = "连不上服务器，刚才的修改还没有计算；请检查网络后再改一次，或者按“重新计算”";
    failed(text);
  });
})();

// What somebody has unfolded stays so when the form is put in place anew, and they stay in it.
(() => {
  let open = [];
  let field = { id: "" };
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { id = "", selectionStart = null, selectionEnd = null } = document.activeElement ?? {};
    open = [...event.detail.target.querySelectorAll("details[open][id]")].map((each) => each.id);
    field = { id, selectionStart, selectionEnd };
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    const now = field.id && document.getElementById(field.id);
    if (!now || now === document.activeElement) return;
    now.focus({ preventScroll: true });
    if (field.selectionStart !== null) now.setSelectionRange(field.selectionStart, field.selectionEnd);
  });
})();

// What is typed is kept nowhere else until it is saved; leaving the page asks first.
(() => {
  let unsaved = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-live]")) unsaved = true;
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
})();

// Closed details are printed open.
(() => {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const each of opened) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
})();

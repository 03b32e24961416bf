"""The pages for officers and reviewers: forms and tables that a browser shows, without a build.

A page is a route of a router made by `visitors.page_router()`; `mounting.py` lists the routers.

    router = page_router()

    @router.get("/reviews")
    async def reviews(request: Request, the: The, visitor: Visit) -> Response:
        visitor.need("reviewer")                      # else a page that says what is missing
        return page(request, visitor, "reviews.html", groups=...)

    @router.post("/reviews")
    async def judge(request: Request, the: The, form: Posted) -> Response:
        form.visitor.need("reviewer")
        form.get("note"), form.once, form.pairs
        return see_other(request, "/reviews")

- `Visit` is whoever is signed in (`visitor.actor`), or the machine itself where no key was ever
  made; anybody else is led to /sign-in. `visitor.htmx` tells a request of htmx, which wants a part.
- `Posted` has read an urlencoded form and checked its token. Every form in a template begins with
  `{{ csrf() }}`; htmx sends the same token as a header, put on <body> by base.html. A form with
  a file takes `visitor: Visit`, reads `await request.form(...)` itself, and calls
  `check_token(request, visitor.session, field)` before it uses anything of it.
- `page(request, visitor, name, **data)` renders `templates/pages/<name>`, `part` a piece of one.
- Problem, InputFault and the store's errors may be raised anywhere: they become a page.

Templates extend `base.html`: blocks `title`, `head`, `main`; `{% set active = "reviews" %}` at the
top names the entry of the navigation (an entry is one line in base.html). What anybody wrote is
shown with `{{ text | said }}`: isolated, wrapped, control characters made visible, never as markup.
Amounts: `{{ yuan | money }}`. No style attribute and no script in a page: the policy forbids both;
add classes to static/app.css (card, notice, badge, row, grid, field, wide, soft, number …).
"""

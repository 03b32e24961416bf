"""liangfa serve: the HTTP service, on this machine only until there is a key."""

from __future__ import annotations

import errno
import fcntl
import ipaddress
import os
import shutil
import socket
import time
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from api.cli.common import (
    EXIT_FAULT,
    EXIT_FINDING,
    StateOption,
    bad_option,
    opened_store,
    print_findings,
    settings_of,
)
from api.settings import LogFormat, Settings

NAME = "serve"
HELP = "启动 HTTP 服务；没有密钥时只对本机服务。"
BIND_SECONDS = 5


def run(
    host: Annotated[
        str, typer.Option("--host", help="监听的地址；没有密钥时只能是本机。")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=2**16 - 1, help="监听的端口；0 由系统分配。")
    ] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=256, help="工作进程的个数。")] = 1,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="规则目录；不写则按 LIANGFA_RULES，再按自带的规则。"),
    ] = None,
    state: StateOption = None,
    log_format: Annotated[
        LogFormat | None, typer.Option("--log-format", help="日志格式：json 或 text。")
    ] = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; SIGHUP renews the rules."""
    settings = settings_of(
        state_dir=state,
        rules_dir=rules,
        host=host,
        port=port,
        workers=workers,
        log_format=log_format and log_format.value,
    )
    os.umask(0o077)  # what is made in the state folder is nobody else's to read
    lock = _lock(settings.state_dir)
    _check_host(host, has_keys=_prepare(settings))
    listening = _listen(host, port)
    if workers > 1:
        _share_metrics(settings.state_dir / "metrics")
    from api.documents.checking import form_at
    from api.http.logs import logger
    from api.serving.supervisor import Supervisor

    form_at(settings.document_template)

    shown = f"[{host}]" if ":" in host else host
    _say(f"Liangfa 服务地址：http://{shown}:{listening.getsockname()[1]}（{workers} 个工作进程）")
    _say("先检查规则并核对全部算例，其间的请求会等待。")
    _say(f"换规则：改好规则目录后 kill -HUP {os.getpid()}；停止：Ctrl-C 或 SIGTERM")
    findings = Supervisor(settings, listening, logger(settings.log_format)).run()
    lock.close()
    if findings:
        print_findings(findings)
        failed = any(each.code in _FAULTS for each in findings)
        raise typer.Exit(EXIT_FAULT if failed else EXIT_FINDING)


_FAULTS = frozenset({"worker_failed", "examination_failed", "internal_fault", "store_unavailable"})


def _say(text: str) -> None:
    typer.echo(text)


def _lock(state: Path) -> BinaryIO:
    """One service for one state folder: it replaces and removes the copies of the rules there."""
    try:
        state.mkdir(0o700, parents=True, exist_ok=True)
        file = (state / "serve.lock").open("ab")
    except OSError as error:
        message = f"不能在“{state}”里存放数据（{error.strerror}）"
        raise bad_option("--state", message, "请检查目录和写入的权限，或者换一个目录") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = f"“{state}”正由另一个 liangfa serve 使用"
        raise bad_option("--state", message, "请停止那一个，或者换一个目录") from None
    return file


def _share_metrics(folder: Path) -> None:
    """Have the workers count together, from zero on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.resolve())


def _prepare(settings: Settings) -> bool:
    """Open the store once before the workers do (it migrates); whether any key is in force."""
    with opened_store(settings, begin=True) as store:
        keys = store.keys()
    return any(key.revoked_at is None for key in keys)


def _check_host(host: str, *, has_keys: bool) -> None:
    if not has_keys and not is_loopback(host):
        message = f"还没有可用的密钥，不能在“{host}”上服务"
        help = "请先用 liangfa keys add 发放密钥，或者用 --host 127.0.0.1"
        raise bad_option("--host", message, help)


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; waits a little for workers of a killed service to let go of it."""
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        try:
            family, _, _, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            return socket.create_server(address[:2], family=family, backlog=2048)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            said = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            message = f"不能在 {host}:{port} 上监听（{said}）"
            raise bad_option("--host", message, "请检查地址和端口，端口可能已被占用") from None

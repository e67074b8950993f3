"""What a process gives up before it reads foreign bytes: time, memory, files, programs and the network.

Limits of the kernel (setrlimit) hold everywhere on Linux; the filter of system calls (seccomp, man 2 seccomp)
on x86-64 and ARM64, without any privilege.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from dataclasses import dataclass

#: Numbers of the calls that are refused: on x86-64 and on ARM64 (-1 where it has none).
_REFUSED_CALLS = {
    # The network.
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206),
    "io_uring_setup": (425, 425),
    # Other programs and processes.
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1),
    "clone": (56, 220), "clone3": (435, 435), "ptrace": (101, 117), "kill": (62, 129),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_open": (434, 434),
    # What is on the disk.
    "creat": (85, -1), "unlink": (87, -1), "unlinkat": (263, 35), "rename": (82, -1),
    "renameat": (264, 38), "renameat2": (316, 276), "truncate": (76, 45), "ftruncate": (77, 46),
    "mkdir": (83, -1), "mkdirat": (258, 34), "rmdir": (84, -1), "link": (86, -1), "linkat": (265, 37),
    "symlink": (88, -1), "symlinkat": (266, 36), "chmod": (90, -1), "fchmodat": (268, 53),
    "mount": (165, 40), "openat2": (437, 437),
}  # fmt: skip
#: Calls that open a file, and which of their arguments says whether for writing.
_OPENING_CALLS = {"open": ((2, -1), 1), "openat": ((257, 56), 2)}
#: (index into the pairs above, AUDIT_ARCH of linux/audit.h).
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_ALLOW, _REFUSE_WITH_EPERM = 0x7FFF0000, 0x00050000 | 1
# Instructions of the classic packet filter (linux/filter.h), and offsets in struct seccomp_data.
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_CALL_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one file may take; contracts: 10 s of CPU, 20 s, 512 MB."""

    #: Seconds of CPU for one file.
    cpu: int = 10
    #: Seconds by the clock for one file.
    wall: float = 20.0
    #: Bytes of address space of the process.
    memory: int = 512 * 1024 * 1024
    #: A process is replaced after so many files, or so many seconds of CPU.
    files: int = 200
    lifetime: float = 60.0


def confine(limits: Limits) -> bool:
    """Give up what reading does not need, for good; False where the kernel has no filter of system calls.

    Files that are open stay open, and files may still be opened for reading: modules are loaded late.
    """
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    # The forking process has one thread; when it is gone, nobody waits for what is read here.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return _refuse_calls(libc)


def allow_cpu(limits: Limits) -> None:
    """Allow the CPU that one more file may take; beyond it the kernel ends the process (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + limits.cpu + 1, resource.RLIM_INFINITY))


def cpu_used() -> float:
    """Give the seconds of CPU that this process has taken."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _refuse_calls(libc: ctypes.CDLL) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _filter(*machine)
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog { unsigned short len; struct sock_filter *filter; }
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    refused: int = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(described))
    return refused == 0


def _filter(column: int, machine: int) -> bytes:
    """Write the program of the filter: each instruction is (code, jump if true, jump if false, operand)."""
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _MACHINE),
        (_JUMP_IF_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _REFUSE_WITH_EPERM),
        (_LOAD, 0, 0, _CALL_NUMBER),
    ]
    for numbers in _REFUSED_CALLS.values():
        if numbers[column] >= 0:
            steps += [(_JUMP_IF_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _REFUSE_WITH_EPERM)]
    for numbers, argument in _OPENING_CALLS.values():
        if numbers[column] >= 0:
            steps += [
                (_JUMP_IF_EQUAL, 0, 4, numbers[column]),
                (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * argument),
                (_JUMP_IF_ANY_BIT, 0, 1, _WRITING),
                (_RETURN, 0, 0, _REFUSE_WITH_EPERM),
                (_RETURN, 0, 0, _ALLOW),
            ]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)

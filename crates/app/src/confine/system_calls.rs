//! The filters of system calls.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
    SeccompCondition, SeccompFilter, SeccompRule, apply_filter, sock_filter,
};

use super::Needs;

/// By the number of the call: the conditions of which one must hold, or none for "always".
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Confines the system calls of this thread and all that it starts.
pub(super) fn forbid(needs: &Needs) -> Result<(), Error> {
    let filter = match needs {
        Needs::Frames => only(allowed_to_readers()?)?,
        Needs::Model { .. } => all_but(forbidden_to_models()?)?,
    };
    // The last call that may set a filter is the one that forbids it.
    apply_filter(&not_there())?;
    apply_filter(&filter)
}

/// Everything else is refused.
fn only(allowed: Rules) -> Result<BpfProgram, Error> {
    compile(allowed, refuse(), SeccompAction::Allow)
}

/// Everything else is let through.
fn all_but(forbidden: Rules) -> Result<BpfProgram, Error> {
    compile(forbidden, SeccompAction::Allow, refuse())
}

fn refuse() -> SeccompAction {
    SeccompAction::Errno(libc::EPERM as u32)
}

fn compile(
    rules: Rules,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, Error> {
    // Calls of another architecture than the program's end it: no compiler of ours makes such a call.
    let architecture = std::env::consts::ARCH.try_into()?;
    Ok(SeccompFilter::new(rules, otherwise, matched, architecture)?.try_into()?)
}

/// What all readers of files need: memory, threads, clocks, the pipes that are open already.
///
/// Not in it, and so refused: `open` and its kind, sockets, `execve`, `fork`, `ioctl`, `kill` of others, and all that
/// a later kernel may bring. Memory that can be executed cannot be had any more.
fn allowed_to_readers() -> Result<Rules, Error> {
    let mut rules: Rules = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_ppoll,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_set_robust_list,
        libc::SYS_get_robust_list,
        libc::SYS_rseq,
        libc::SYS_set_tid_address,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_gettimeofday,
        libc::SYS_getrandom,
        libc::SYS_getpid,
        libc::SYS_getppid,
        libc::SYS_gettid,
        libc::SYS_membarrier,
        libc::SYS_uname,
        libc::SYS_sysinfo,
        // Refused by the other filter, which names another error than this one.
        libc::SYS_clone3,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll,
    ]
    .into_iter()
    .map(|call: c_long| (call, Vec::new()))
    .collect();
    let own = u64::from(std::process::id());
    for (call, argument, compare, value) in [
        (
            libc::SYS_mmap,
            2,
            SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64),
            0,
        ),
        (
            libc::SYS_mprotect,
            2,
            SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64),
            0,
        ),
        (libc::SYS_clone, 0, threads(), libc::CLONE_THREAD as u64),
        // How a program ends itself after a fault.
        (libc::SYS_tgkill, 0, SeccompCmpOp::Eq, own),
        (
            libc::SYS_prctl,
            0,
            SeccompCmpOp::Eq,
            libc::PR_SET_NAME as u64,
        ),
        // Asked for a limit, not to set one.
        (libc::SYS_prlimit64, 2, SeccompCmpOp::Eq, 0),
    ] {
        rules.insert(call, vec![when(argument, compare, value)?]);
    }
    Ok(rules)
}

/// What the worker of a model never needs, though drivers of graphics devices need much that is not known here.
fn forbidden_to_models() -> Result<Rules, Error> {
    let mut rules: Rules = [
        // The network, and whatever stands for it.
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_sendmmsg,
        libc::SYS_recvfrom,
        libc::SYS_recvmsg,
        libc::SYS_recvmmsg,
        libc::SYS_io_uring_setup,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        // Other programs and processes.
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_kcmp,
        libc::SYS_pidfd_open,
        libc::SYS_pidfd_getfd,
        libc::SYS_pidfd_send_signal,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_tkill,
        // The kernel itself.
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_seccomp,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_kexec_load,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_delete_module,
        libc::SYS_reboot,
        libc::SYS_swapon,
        libc::SYS_swapoff,
        libc::SYS_acct,
        libc::SYS_syslog,
        libc::SYS_quotactl,
        libc::SYS_settimeofday,
        libc::SYS_clock_settime,
        libc::SYS_clock_adjtime,
        libc::SYS_adjtimex,
        libc::SYS_sethostname,
        libc::SYS_setdomainname,
        libc::SYS_personality,
        // What lies where.
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_open_tree,
        libc::SYS_move_mount,
        libc::SYS_fsopen,
        libc::SYS_fsconfig,
        libc::SYS_fsmount,
        libc::SYS_fspick,
        libc::SYS_name_to_handle_at,
        libc::SYS_open_by_handle_at,
        libc::SYS_mknodat,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_mknod,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_fork,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_vfork,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_iopl,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_ioperm,
    ]
    .into_iter()
    .map(|call: c_long| (call, Vec::new()))
    .collect();
    let own = u64::from(std::process::id());
    for (call, argument, compare, value) in [
        (libc::SYS_clone, 0, threads(), 0),
        (libc::SYS_kill, 0, SeccompCmpOp::Ne, own),
        (libc::SYS_tgkill, 0, SeccompCmpOp::Ne, own),
        // Characters put into a terminal as if somebody had typed them.
        (libc::SYS_ioctl, 1, SeccompCmpOp::Eq, libc::TIOCSTI),
    ] {
        rules.insert(call, vec![when(argument, compare, value)?]);
    }
    Ok(rules)
}

/// Threads start with this flag, processes without it.
fn threads() -> SeccompCmpOp {
    SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64)
}

/// The low 32 bits of an argument compared: the kernel reads no more of any argument that is asked about here.
fn when(argument: u8, compare: SeccompCmpOp, value: u64) -> Result<SeccompRule, BackendError> {
    let length = match argument {
        // A pointer.
        2 if compare == SeccompCmpOp::Eq => SeccompCmpArgLen::Qword,
        _ => SeccompCmpArgLen::Dword,
    };
    SeccompRule::new(vec![SeccompCondition::new(
        argument, length, compare, value,
    )?])
}

/// A filter that says of some calls that this kernel has them not.
///
/// What `clone3` is asked for lies in memory, where no filter sees it; the C library then takes `clone`. The calls of
/// the x32 ABI are those of x86-64 under other numbers, which the list of forbidden ones does not have.
fn not_there() -> BpfProgram {
    let load_number = instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0);
    let answer = |value| instruction(libc::BPF_RET | libc::BPF_K, 0, 0, value);
    let equals = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let at_least = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
    // On other architectures no number is that high.
    const X32: u32 = 0x4000_0000;
    vec![
        load_number,
        instruction(equals, 1, 0, libc::SYS_clone3 as u32),
        instruction(at_least, 0, 1, X32),
        answer(libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
        answer(libc::SECCOMP_RET_ALLOW),
    ]
}

fn instruction(code: u32, jump_if_true: u8, jump_if_false: u8, value: u32) -> sock_filter {
    sock_filter {
        code: code as u16,
        jt: jump_if_true,
        jf: jump_if_false,
        k: value,
    }
}

import CLinux
import Glibc

/// What an ordinary user who runs the suite cannot have, and the cases that need it.
///
/// Every other case makes the containers of such a user: in a user namespace in which root is the user, without limits.
enum OrdinaryUser {
    /// Why the user's run leaves a case out; nil when it need not be.
    static func lacks(_ title: String) -> String? {
        for entry in entries where entry.names(title) {
            if entry.reason == cgroups, hasCgroup { continue }
            return entry.reason
        }
        return nil
    }

    struct Entry {
        let reason: String
        /// A whole title, or the beginning of one up to a colon.
        let text: String

        func names(_ title: String) -> Bool { text.hasSuffix(":") ? title.hasPrefix(text) : title == text }
    }

    /// A reason begins with an equals sign; the cases follow.
    static var entries: [Entry] {
        var reason = ""
        var entries: [Entry] = []
        for line in table.split(separator: "\n") {
            if line.hasPrefix("= ") {
                reason = String(line.dropFirst(2))
            } else {
                entries.append(Entry(reason: reason, text: String(line)))
            }
        }
        return entries
    }

    private static let cgroups = "needs a part of the cgroup tree"

    /// Whether the user may make cgroups beside the own one.
    static var hasCgroup: Bool {
        guard let tree = Proc.cgroup2, let own = Proc.cgroup(cl_getpid()), let slash = own.lastIndex(of: "/")
        else { return false }
        return cl_faccessat(AT_FDCWD, tree + own[..<slash], W_OK, 0) == 0
            && cl_faccessat(AT_FDCWD, tree + own, W_OK, 0) == 0
    }

    private static let table = """
        = needs a part of the cgroup tree
        cgroup placement:
        pause:
        ps:
        events:
        update:
        cgroups:
        resources:
        kill: --all ends every process of a shared pid namespace
        kill: KILL ends every process of a shared pid namespace
        delete: --force ends children in a shared pid namespace
        delete: --force of a container whose record is damaged
        delete: --force knows no cgroup any more: not while it is in use
        run: ends what it left in a shared pid namespace
        exec: into a container that shares the pid namespace
        hostname: the cgroup path is whole without one
        exec: during delete --force, nothing is left
        = needs the cgroup tree from its top
        cgroup placement: absolute path
        cgroup placement: absolute path, several levels
        cgroup placement: a path with doubled slashes and dots
        cgroup placement: delete leaves a parent that was there
        cgroup placement: delete leaves a parent that others use
        cgroup placement: a cgroup that was there survives delete
        cgroup placement: a cgroup with processes is refused
        cgroup placement: a frozen cgroup is refused
        update: --resources: huge pages
        delete: --force of a container whose record is damaged
        cgroups: controllers: are there for parents that were made
        cgroups: controllers: a cgroup that only holds others is refused
        cgroups: controllers: a parent with processes of its own is told
        cgroups: the tree is the user's who may write to it
        cgroups: a tree that is read-only stays the runtime's
        cgroups: discovery: a cgroup namespace of the caller's
        cgroups: manager: cgroupfs and systemd, by their names
        = needs a controller that systemd delegates to no user
        cgroups: hugetlb: what is used and what is reserved
        cgroups: hugetlb: a size that the kernel has not is refused
        = needs more ids than the user's own
        exec: --additional-gids: several in one word
        mounts: tmpcopyup: with uid, gid and mode
        cgroup ownership:
        exec: --tty in a user namespace
        mounts verb: add: into a user namespace
        user namespaces:
        idmapped mounts:
        capabilities:
        exec: environment, directory, user and groups are the container's
        exec: --user UID keeps the group
        exec: --user UID:GID
        exec: --additional-gids adds, once or more often
        exec: --cap for an ordinary user
        exec: --process with flags: the flags count
        mounts: effect of nosuid
        mounts: effect of suid
        mounts: the file system's own options reach it
        mounts: tmpcopyup: the directory's content is there
        mounts: devpts: an instance of the container's own
        mounts: devpts: a terminal can be opened
        mounts: tmpfs: /dev/shm with mode 1777
        devices: the default devices are open to ordinary users
        process: env: HOME is that of the user
        process: env: HOME of an unknown user is /
        process: cwd: of the user alone
        process: user: uid and gid
        process: user: numbers that no file names
        process: user: the host sees the same ids
        process: user: additionalGids
        process: user: many additional groups
        process: pipes as standard streams can be opened by the user
        process: files of the caller's streams keep their owner
        process: noNewPrivileges stops a set-user-id program
        seccomp: as an ordinary user, with noNewPrivileges
        seccomp: as an ordinary user, without it
        seccomp: does not stop the runtime's own steps
        seccomp: a profile of the size of Docker's: the program runs
        time: in a user namespace
        time: in a joined user namespace
        readiness: in a user namespace
        terminal: it belongs to the user
        terminal: /dev/console can be written by the user
        attacks: 2022-24769: inheritable capabilities are empty
        attacks: 2022-29162: exec --cap leaves the inheritable set empty
        attacks: 2026-30892: exec --user 1 is user 1
        exec: --process
        exec: single dashes and letters
        exec: --tty: it belongs to the user
        = needs device nodes
        device-access:
        update: --resources: rules for devices replace those before
        update: --resources: rules for devices change at once, with nothing in between
        update: without rules for devices those there are stay
        mounts: effect of nodev
        mounts: effect of dev
        devices: the default devices are there
        devices: a character device
        devices: a block device
        devices: an unbuffered device is a character device
        devices: a large minor number
        devices: fileMode, uid and gid
        devices: fileMode whatever the umask is
        devices: outside of /dev, with its directories
        devices: below a directory of /dev
        devices: one that is there and matches is accepted
        devices: one that is there and does not match is refused
        devices: one of another type that is there is refused
        devices: a default device may be named
        devices: fileMode with the bits of the file's type
        devices: /dev bound from the host is left as it is
        rootfs: nothing of the host is mounted beside it
        exec: the device filter holds for it
        create: fails when the program may not be executed
        = looks at a process that shows itself to root alone
        exec: into a created container, which stays created
        exec: the caller's session keyring is not seen
        exec: HOME is completed for the user
        exec: a program without interpreter: 255
        exec: without --tty there is none, whatever the configuration says
        attacks: 2019-5736: the runtime's file through /proc/PID/exe of init
        attacks: exec --tty: what is at /dev/pts/ptmx is looked at
        create: makes a created container and runs nothing yet
        create: leaves the caller's pipes to init alone
        rootless: 2019-5736: a runtime that its user may write is copied
        hooks: createRuntime: the network can be set up by /proc/PID
        attacks: 2016-9962: not even with CAP_SYS_PTRACE is a directory found
        unsupported: memoryPolicy is applied, or refused by name
        = needs rights over a namespace of another user namespace
        exec: into a container that joined another's namespaces
        namespaces: pid: joined by path
        namespaces: network: joined by path
        namespaces: ipc: joined by path
        namespaces: uts: joined by path
        namespaces: cgroup: joined by path
        namespaces: time: joined by path
        namespaces: several joined at once
        sysctl: in a joined network namespace
        time: a joined namespace has its offsets
        attacks: created: no namespace that was joined is left open
        attacks: created: init cannot be traced from inside
        = needs a caller with other groups
        annotations: run.oci.keep_original_groups
        annotations: run.oci.keep_original_groups: in a user namespace
        annotations: run.oci.keep_original_groups: 0, or another word
        = needs root
        mounts verb: add: a bind mount with its options
        mounts verb: add: one mount below another, in their order
        mounts verb: add: created and paused containers
        mounts verb: add: a mapping of the mount's own
        mounts verb: add: nothing is left of those before one that fails
        mounts verb: remove: one of several over one another
        mounts verb: remove: with the file that added them
        mounts verb: remove: all stay when one is not there
        mounts verb: attack: links out of the container
        net devices:
        checkpoint:
        systemd scope:
        systemd lifecycle:
        systemd limits:
        exec: into a container without namespaces but mount
        list: --format json is an array of states
        spec: writes a bundle that runs
        spec: --rootless maps the caller
        mounts: effect of noatime
        mounts: effect of strictatime
        paths: readonly: /proc/sys cannot be written
        sysctl: user.* without a user namespace is refused
        process: scheduler SCHED_FIFO
        process: scheduler SCHED_RR
        process: scheduler SCHED_DEADLINE
        process: ioPriority of class RT
        hooks: in the runtime's namespaces: prestart
        hooks: in the runtime's namespaces: createRuntime
        hooks: in the runtime's namespaces: poststart
        hooks: in the runtime's namespaces: poststop
        config.json: limits and places: 10 MiB of annotations are read in linear time
        config.json: limits and places: NaN, Infinity and hexadecimal are refused
        config.json: limits and places: one problem: the error is its place
        config.json: limits and places: several problems are reported at once
        unsupported: idmap is applied, or refused by name
        """
}

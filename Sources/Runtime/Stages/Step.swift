/// What the container's init is doing: it notes each step in memory that its parent shares, so that even a death
/// without a word can be told by where it happened.
enum Step: UInt32, CaseIterable {
    case birth, mapping, placement, joinNamespaces, session, network, sysctls, rootfs, mounts, devices, hooks,
        pivotRoot,
        terminal,
        protectPaths, limits, seccomp, credentials, workingDirectory, findProgram, ready, startHooks, execute

    /// Completes "while it was ...".
    var text: StaticString {
        switch self {
        case .birth: "being born"
        case .mapping: "waiting for its id maps"
        case .placement: "waiting for its cgroup"
        case .joinNamespaces: "joining namespaces"
        case .session: "starting its session"
        case .network: "bringing the loopback interface up"
        case .sysctls: "setting kernel parameters"
        case .rootfs: "mounting the root file system"
        case .mounts: "making mounts"
        case .devices: "making devices"
        case .hooks: "running createContainer hooks"
        case .pivotRoot: "changing the root"
        case .terminal: "setting the terminal up"
        case .protectPaths: "masking and write-protecting paths"
        case .limits: "setting limits and scheduling"
        case .seccomp: "loading the seccomp filter"
        case .credentials: "changing user and capabilities"
        case .workingDirectory: "entering the working directory"
        case .findProgram: "looking for the program"
        case .ready: "waiting to be started"
        case .startHooks: "running startContainer hooks"
        case .execute: "executing the program"
        }
    }
}

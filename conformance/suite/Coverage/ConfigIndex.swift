extension Coverage {
    /// config.md to its process, without the mount options.
    static let configText = #"""
        # config.md, Specification version

        config.version.required-1  **`ociVersion`** (string, REQUIRED)
            A configuration without a version is refused.
            = config.json: without ociVersion is refused
        config.version.must-1  MUST be in [SemVer v2.0.0]
            What is no version is refused.
            = config.json: of a version that is no version is refused

        # config.md, Root

        config.root.required-1  On all other platforms, this field is REQUIRED
            A configuration without root is refused.
            = config.json: without root is refused
            = rootfs: root is required
        config.root.required-2  Specifies the path to the root filesystem
            A root without a path is refused.
            = rootfs: path is required
            = rootfs: an empty path is refused
        config.root.should-1  SHOULD be the conventional `rootfs`
            Where the root file system lies is the author's choice.
            - authors
        config.root.must-1  A directory MUST exist at the path
            A root that is not there, or no directory, is refused.
            = rootfs: a missing directory is refused
            = rootfs: a file is refused
        config.root.must-2  root filesystem MUST be read-only inside
            A read-only root cannot be written.
            = rootfs: readonly
            = rootfs: --no-pivot: readonly
        config.root.required-3  On Windows, for Windows Server Containers
            - platform
        config.root.must-3  For [Hyper-V Containers]
            - platform
        config.root.must-4  On Windows, `path` MUST be a
            - platform
        config.root.must-5  On Windows, this field MUST be omitted
            - platform

        # config.md, Mounts

        config.mounts.must-1  MUST mount entries in the listed order
            Mounts are made in their order.
            = mounts: are made in the listed order
            = mounts: a later one covers an earlier one
            = mounts: two at one place: the later is on top
        config.mounts.required-1  **`destination`** (string, REQUIRED)
            A mount without a destination is refused.
            = mounts: without a destination is refused
        config.mounts.should-1  Linux: This value SHOULD be an absolute path
            Destinations are better absolute.
            - authors
        config.mounts.may-1  it MAY be a relative path
            A relative destination is taken.
            = mounts: a relative destination is taken from the root
        config.mounts.must-2  MUST be interpreted as relative to "/"
            A relative destination is taken from the container's root.
            = mounts: a relative destination is taken from the root
        config.mounts.must-3  Windows: This value MUST be an absolute path
            - platform
        config.mounts.must-4  MUST NOT be nested within another mount
            - platform
        config.mounts.must-5  Solaris: This value MUST be an absolute path
            - platform
        config.mounts.must-6  For all other platforms: This value MUST be
            - platform
        config.mounts.must-7  Windows: runtimes MUST support `ro`
            - platform

        # config.md, POSIX-platform Mounts

        config.mappings.should-1  convert UIDs | This SHOULD be implemented using
            By which call a mapping is made cannot be seen.
            - invisible
        config.mappings.should-2  convert UIDs | SHOULD contain either `idmap` or `ridmap`
            Mappings come with one of the two options.
            - authors
        config.mappings.must-1  MUST be specified along with `gidMappings`
            uidMappings alone are refused.
            = idmapped mounts: users mapped without groups, or groups without users, are refused
        config.mappings.should-3  convert GIDs | This SHOULD be implemented using
            By which call a mapping is made cannot be seen.
            - invisible
        config.mappings.should-4  convert GIDs | SHOULD contain either `idmap` or `ridmap`
            Mappings come with one of the two options.
            - authors
        config.mappings.must-2  MUST be specified along with `uidMappings`
            gidMappings alone are refused.
            = idmapped mounts: users mapped without groups, or groups without users, are refused

        # config.md, Process

        config.process.required-1  REQUIRED when [`start`]
            Without process start fails.
            = start: without process fails, then or at create
        config.process.must-1  Runtimes MUST ignore `consoleSize`
            Without a terminal its size is ignored.
            = terminal: consoleSize without a terminal is ignored
        config.process.required-2  **`height`** (uint, REQUIRED)
            A console size without a height is refused.
            = process: consoleSize without height or width is refused
        config.process.required-3  **`width`** (uint, REQUIRED)
            A console size without a width is refused.
            = process: consoleSize without height or width is refused
        config.process.required-4  **`cwd`** (string, REQUIRED)
            A process without a working directory is refused.
            = process: cwd: missing is refused
        config.process.must-2  for the executable | This value MUST be an absolute path
            A relative working directory is refused.
            = process: cwd: a relative path is refused
        config.process.required-5  at least one entry is REQUIRED
            Empty args are refused.
            = process: empty args are refused
            = process: no args are refused
        config.process.required-6  `commandLine` is REQUIRED if
            - platform

        # config.md, POSIX process

        config.rlimits.required-1  **`type`** (string, REQUIRED) the platform resource
            A limit without a type is refused.
            = process: rlimits: a missing value is refused
        config.rlimits.must-1  cannot be mapped to a relevant kernel interface. | [generate an error]
            An unknown limit is refused.
            = process: rlimits: an unknown type is refused
        config.rlimits.must-2  on `type` MUST succeed
            Each limit can be read inside.
            = process: rlimits: each type
        config.rlimits.required-2  **`soft`** (uint64, REQUIRED)
            A limit without a soft value is refused.
            = process: rlimits: a missing value is refused
        config.rlimits.must-3  `rlim.rlim_cur` MUST match
            The soft limit is what is said.
            = process: rlimits: each type
            = process: rlimits: soft below hard
        config.rlimits.required-3  **`hard`** (uint64, REQUIRED)
            A limit without a hard value is refused.
            = process: rlimits: a missing value is refused
        config.rlimits.must-4  `rlim.rlim_max` MUST match
            The hard limit is what is said.
            = process: rlimits: each type
            = process: rlimits: the host sees the same
        config.rlimits.must-5  duplicated entries with same `type`
            A limit twice is refused.
            = process: rlimits: the same type twice is refused

        # config.md, Linux Process

        config.capabilities.must-1  be granted otherwise MUST be [logged as a warning]
            A capability that cannot be given is a warning.
            = capabilities: an unknown name is a warning
            = capabilities: one that the caller lacks is a warning
        config.capabilities.should-1  Runtimes SHOULD NOT fail if the container configuration requests
            A capability that cannot be given fails nothing.
            = capabilities: an unknown name is a warning
            = capabilities: one that the caller lacks is a warning
        config.oom.must-1  MUST set `oom_score_adj` to the given value
            oomScoreAdj is what is said.
            = process: oomScoreAdj
        config.oom.must-2  MUST NOT change the value of `oom_score_adj`
            Without oomScoreAdj the caller's stays.
            = process: oomScoreAdj: not set, it is the caller's
        config.scheduler.required-1  **`policy`** (string, REQUIRED)
            A scheduler without a policy is refused.
            = process: scheduler: without a policy is refused
        config.io-priority.required-1  **`class`** (string, REQUIRED)
            An I/O priority without a class is refused.
            = process: ioPriority: an unknown class is refused
        config.io-priority.required-2  **`priority`** (int, REQUIRED)
            An I/O priority without a priority is refused.
            = process: ioPriority: without a priority is refused
        config.affinity.should-1  runtime SHOULD NOT change process'
            Without `final` the affinity after the move is the kernel's.
            = exec: execCPUAffinity without final

        # config.md, User

        config.user.required-1  **`uid`** (int, REQUIRED)
            A user without uid is refused.
            = process: user: without uid or gid is refused
        config.user.required-2  **`gid`** (int, REQUIRED)
            A user without gid is refused.
            = process: user: without uid or gid is refused

        # config.md, Platform-specific configuration

        config.platform.may-1  the target platform of this spec is `linux`
            linux is taken on Linux.
            = namespaces: uts: new
        config.platform.must-1  This MUST be set if the target platform of this spec is `windows`
            - platform
        """#
}

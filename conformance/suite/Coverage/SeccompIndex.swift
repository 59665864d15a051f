extension Coverage {
    /// config-linux.md from intelRdt on.
    static let linuxRestText = #"""
        # config-linux.md, IntelRdt

        linux.rdt.must-1  MUST write the container process ID to the `tasks`
            - hardware
        linux.rdt.must-2  If no mounted `resctrl` pseudo-filesystem
            Without resctrl intelRdt is an error.
            = resources: intelRdt without resctrl is refused
        linux.rdt.must-3  MUST NOT manipulate any `resctrl`
            - hardware
        linux.rdt.must-4  MUST be assigned to the default CLOS
            - hardware
        linux.rdt.should-1  SHOULD start with `L3:`
            - authors
        linux.rdt.should-2  `L3:` | SHOULD NOT contain newlines
            - authors
        linux.rdt.must-5  MUST start with `MB:`
            - authors
        linux.rdt.must-6  `MB:` | MUST NOT contain newlines
            - authors
        linux.rdt.must-7  one line in the `schemata` file. The value MUST NOT
            - authors
        linux.rdt.must-8  following rules on parameters MUST be applied
            - heading
        linux.rdt.must-9  both `l3CacheSchema` and `memBwSchema` are set, runtimes MUST
            - hardware
        linux.rdt.must-10  The runtimes MUST write `l3CacheSchema` first
            - hardware
        linux.rdt.must-11  If either `l3CacheSchema` or `memBwSchema`
            - hardware
        linux.rdt.must-12  If `schemata` field is set, runtimes MUST
            - hardware
        linux.rdt.must-13  is set, runtimes MUST NOT write to `schemata`
            - hardware
        linux.rdt.must-14  MUST use the container ID from [`start`](runtime.md#start) and
            - hardware
        linux.rdt.must-15  doesn't exist, the runtimes MUST create it
            - hardware
        linux.rdt.must-16  exists, runtimes MUST compare
            - hardware
        linux.rdt.must-17  runtime MUST check if corresponding pre-configured
            - hardware
        linux.rdt.must-18  runtime MUST assign container to this `closID`
            - hardware
        linux.rdt.must-19  the runtime MUST remove the sub-directory
            - hardware
        linux.rdt.must-20  the runtime MUST NOT remove the sub-directory
            - hardware
        linux.rdt.must-21  the runtime MUST create a dedicated MON group
            - hardware
        linux.rdt.must-22  for the container. The runtime MUST use the container ID
            - hardware
        linux.rdt.must-23  see above). The runtime MUST
            - hardware
        linux.rdt.must-24  is reached) the runtime MUST
            - hardware

        # config-linux.md, Memory policy

        linux.memory-policy.required-1  **`mode`** *(string, REQUIRED)*
            A policy without a mode is refused.
            = memory policy: a policy without a mode is refused

        # config-linux.md, Seccomp

        linux.seccomp.required-1  **`defaultAction`** *(string, REQUIRED)*
            A filter without a default action is refused.
            = seccomp: without a default action is refused
        linux.seccomp.must-1  `defaultErrnoRet` | MUST print and error and fail
            An errno for an action that has none is refused.
            = seccomp: defaultErrnoRet of an action without one is refused
        linux.seccomp.must-2  This socket MUST use `AF_UNIX`
            A listener that is no socket is refused.
            = seccomp agent: that is no socket is refused
        linux.seccomp.must-3  runtime MUST send exactly one [container process state]
            One state is sent on a connection.
            = seccomp agent: gets one state on a connection that ends
        linux.seccomp.must-4  connection MUST NOT be reused
            Each container makes a connection of its own.
            = seccomp agent: each container has a connection of its own
            = seccomp agent: of a program that is put into the container
        linux.seccomp.must-5  and it MUST be closed after sending
            The connection ends after the state.
            = seccomp agent: gets one state on a connection that ends
        linux.seccomp.must-6  If sending to this socket fails
            A listener that is not there is an error.
            = seccomp agent: that is not there is refused
            = seccomp agent: that has gone fails start
        linux.seccomp.required-2  **`seccompFd`** (string, REQUIRED)
            The descriptor of the filter is sent, and named.
            = seccomp agent: is told the process and the container
        linux.seccomp.must-7  MUST NOT be set if `listenerPath` is not set
            Metadata without a listener is refused.
            = seccomp: listenerMetadata without listenerPath is refused
        linux.seccomp.required-3  **`names`** *(array of strings, REQUIRED)*
            A rule without names is refused.
            = seccomp: a rule without a part that is required is refused
        linux.seccomp.must-8  `names` MUST contain at least one entry
            A rule of no names is refused.
            = seccomp: without names is refused
        linux.seccomp.required-4  **`action`** *(string, REQUIRED)* - the action for
            A rule without an action is refused.
            = seccomp: a rule without a part that is required is refused
        linux.seccomp.must-9  `errnoRet` | MUST print and error and fail
            An errno for an action that has none is refused.
            = seccomp: errnoRet of an action without one is refused
        linux.seccomp.required-5  **`index`** *(uint, REQUIRED)*
            A condition without an index is refused.
            = seccomp: a rule without a part that is required is refused
        linux.seccomp.required-6  **`value`** *(uint64, REQUIRED)*
            A condition without a value is refused.
            = seccomp: a rule without a part that is required is refused
        linux.seccomp.required-7  **`op`** *(string, REQUIRED)*
            A condition without an operator is refused.
            = seccomp: a rule without a part that is required is refused

        # config-linux.md, The Container Process State

        linux.process-state.must-1  runtime MUST send the container process state over
            The state is JSON.
            = seccomp agent: is told the process and the container
            = seccomp agent: without metadata
        linux.process-state.must-2  and file descriptors MUST be sent using `SCM_RIGHTS`
            Descriptors come as SCM_RIGHTS.
            = seccomp agent: gets one state on a connection that ends
            = seccomp agent: answers a call of the program
        linux.process-state.must-3  file descriptors MUST be sent only in the first call
            Descriptors come with the first byte.
            = seccomp agent: gets one state on a connection that ends
        linux.process-state.required-1  with which the container process state complies
            The state names a version.
            = seccomp agent: is told the process and the container
        linux.process-state.required-2  is the container process ID, as seen by the runtime
            The state names the process.
            = seccomp agent: is told the process and the container
        linux.process-state.required-3  is the state of the container.
            The container's own state is part of it.
            = seccomp agent: is told the process and the container

        # config-linux.md, Masked Paths

        linux.masked.must-1  cannot be read. | The values MUST be absolute paths
            A relative path is refused.
            = paths: masked: a relative path is refused

        # config-linux.md, Readonly Paths

        linux.readonly.must-1  as readonly inside | The values MUST be absolute paths
            A relative path is refused.
            = paths: readonly: a relative path is refused

        # config-linux.md, Personality

        linux.personality.required-1  **`domain`** *(string, REQUIRED)*
            A personality without a domain is refused.
            = process: personality: an unknown domain is refused
        """#
}

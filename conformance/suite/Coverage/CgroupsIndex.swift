extension Coverage {
    /// config-linux.md, control groups.
    static let cgroupsText = #"""
        # config-linux.md, Control groups

        linux.cgroups.must-1  and MUST [generate an error](runtime.md#errors) if such a check fails
            A frozen cgroup, or one that is in use, is refused.
            = cgroup placement: a cgroup with processes is refused
            = cgroup placement: a frozen cgroup is refused

        # config-linux.md, Cgroups Path

        linux.cgroups-path.must-1  `cgroupsPath` MUST be either
            A path is a path, absolute or relative.
            = cgroup placement: absolute path
            = cgroup placement: relative path
        linux.cgroups-path.must-2  MUST take the path to be relative to the cgroups mount
            An absolute path begins at the mount point.
            = cgroup placement: absolute path
            = cgroup placement: absolute path, several levels
        linux.cgroups-path.must-3  MUST consistently attach to the same place
            One path is one place.
            = cgroup placement: the same path leads to the same place
        linux.cgroups-path.must-4  values to be invalid, and MUST generate an error
            A path that is not taken is an error.
            = cgroup placement: a path with .. is refused
            = cgroup placement: the root cgroup is refused

        # config-linux.md, Cgroup ownership

        linux.cgroup-owner.should-1  Runtimes SHOULD NOT change the ownership of container cgroups when
            - platform
        linux.cgroup-owner.should-2  A runtime SHOULD NOT change the ownership of a container cgroup
            Without a cgroup namespace the cgroup stays root's.
            = cgroup ownership: is root's without a cgroup namespace
        linux.cgroup-owner.should-3  Runtimes SHOULD change the cgroup ownership if and only if
            The cgroup is the mapped user's when it is mounted for writing.
            = cgroup ownership: is the user's when it is mounted for writing
        linux.cgroup-owner.should-4  SHOULD NOT change the cgroup ownership. | does not specify such a
            The cgroup stays root's when it is mounted read-only.
            = cgroup ownership: is root's when it is mounted read-only
            = cgroup ownership: is root's when it is not mounted
        linux.cgroup-owner.should-5  changes the cgroup ownership SHOULD only change
            Only the files that delegation needs are given away.
            = cgroup ownership: is of the files of the kernel's list only
        linux.cgroup-owner.must-1  Runtimes MUST NOT fail in this scenario
            Files of the list that a cgroup lacks are no error.
            = cgroup ownership: is of the files of the kernel's list only
        linux.cgroup-owner.should-6  in this scenario, and SHOULD change
            Files of the list that are there are given away.
            = cgroup ownership: is of the files of the kernel's list only
        linux.cgroup-owner.must-2  runtime MUST fall back to using
            Without the list three files are given away.
            = cgroup ownership: is of three files where there is no list
        linux.cgroup-owner.should-7  SHOULD NOT change the ownership of any other
            The other files of the cgroup stay root's.
            = cgroup ownership: is of the files of the kernel's list only

        # config-linux.md, Allowed Device list

        linux.device-rules.must-1  allowed device list | The runtime MUST apply entries in the listed order
            Later rules win over earlier ones.
            = device-access: denied after it was allowed
            = device-access: allowed after it was denied
            = device-access: everything but one device
        linux.device-rules.required-1  whether the entry is allowed or denied
            A rule that does not say so is refused.
            = device-access: wrong rules are refused

        # config-linux.md, Memory

        linux.memory.should-1  **`kernel`** *(int64, OPTIONAL, NOT RECOMMENDED)*
            - authors
        linux.memory.should-2  **`kernelTCP`** *(int64, OPTIONAL, NOT RECOMMENDED)*
            - authors
        linux.memory.must-1  lower than the current usage, and MUST
            A limit below the usage is refused when a check is asked for.
            = update: a limit below what is used is refused when asked

        # config-linux.md, CPU

        linux.cpu.must-1  it MUST be no smaller than `burst`
            A burst above the quota may be refused.
            - authors
        linux.cpu.must-2  MUST be no larger than any positive
            A burst above the quota may be refused.
            - authors

        # config-linux.md, Block IO

        linux.block-io.required-1  `weightDevice` | **`major, minor`** *(int64, REQUIRED)*
            A device without numbers is refused.
            = resources: weightDevice without what is required
        linux.block-io.must-1  at least one of `weight` or `leafWeight`
            A device without any weight says nothing.
            - authors
        linux.block-io.required-2  bandwidth rate limits | **`major, minor`** *(int64, REQUIRED)*
            A device without numbers is refused.
            = resources: throttleReadBpsDevice without what is required
        linux.block-io.required-3  **`rate`** *(uint64, REQUIRED)* - bandwidth
            A device without a rate is refused.
            = resources: throttleReadBpsDevice without what is required
        linux.block-io.required-4  per-device IO rate | **`major, minor`** *(int64, REQUIRED)*
            A device without numbers is refused.
            = resources: throttleWriteIOPSDevice without what is required
        linux.block-io.required-5  **`rate`** *(uint64, REQUIRED)* - IO rate
            A device without a rate is refused.
            = resources: throttleWriteIOPSDevice without what is required

        # config-linux.md, Huge page limits

        linux.hugetlb.required-1  **`pageSize`** *(string, REQUIRED)*
            A limit without a size of pages is refused.
            = resources: hugepageLimits without what is required
        linux.hugetlb.required-2  **`limit`** *(uint64, REQUIRED)*
            A limit without a number is refused.
            = resources: hugepageLimits without what is required

        # config-linux.md, Network

        linux.network.required-1  **`name`** *(string, REQUIRED)* - interface
            A priority without a name is refused.
            = resources: priorities without what is required
        linux.network.required-2  **`priority`** *(uint32, REQUIRED)*
            A priority without a number is refused.
            = resources: priorities without what is required

        # config-linux.md, PIDs

        linux.pids.should-1  and SHOULD be treated as such by runtimes
            A limit of 0 is one.
            = cgroups: pids: 0 leaves only the program

        # config-linux.md, RDMA

        linux.rdma.must-1  at least one of the `hcaHandles` or
            A device without any limit says nothing.
            - authors

        # config-linux.md, Unified

        linux.unified.must-1  MUST ensure that the needed cgroup controllers are enabled
            The controllers of the files are enabled.
            = cgroups: unified: any file
        linux.unified.must-2  unknown to the runtime MUST still be written
            A file that the runtime does not know is written.
            = cgroups: unified: any file
        linux.unified.must-3  controller that is not present or that
            A file of a controller that is not there is refused.
            = cgroups: unified: a controller that is not there is refused
        linux.unified.must-4  If the conversion is not possible the runtime MUST
            What has no file in v2 is refused.
            = resources: what only cgroup v1 has is refused
        """#
}

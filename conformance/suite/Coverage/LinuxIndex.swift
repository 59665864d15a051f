extension Coverage {
    /// config-linux.md to its network devices.
    static let linuxText = #"""
        # config-linux.md, Default Filesystems

        linux.filesystems.should-1  filesystems SHOULD be made available
            /proc, /sys, /dev/pts and /dev/shm are there when they are mounted.
            = mounts: proc
            = mounts: sysfs
            = mounts: devpts: an instance of the container's own
            = mounts: tmpfs: /dev/shm with mode 1777

        # config-linux.md, Namespaces

        linux.namespaces.required-1  **`type`** *(string, REQUIRED)* - namespace type
            An entry without a type is refused.
            = namespaces: an entry without a type is refused
        linux.namespaces.should-1  namespace types SHOULD be supported
            Each type is known.
            = namespaces: pid: new
            = namespaces: network: new
            = namespaces: ipc: new
            = namespaces: uts: new
            = namespaces: cgroup: new
        linux.namespaces.must-1  namespace file. | This value MUST be an absolute path
            A relative path is refused.
            = namespaces: a relative path is refused
        linux.namespaces.must-2  MUST place the container process in the namespace
            The process is in the namespace of the path.
            = namespaces: pid: joined by path
            = namespaces: network: joined by path
            = namespaces: ipc: joined by path
            = namespaces: uts: joined by path
            = namespaces: cgroup: joined by path
            = namespaces: mount: joined by path
            = namespaces: several joined at once
        linux.namespaces.must-3  if `path` is not associated with a namespace
            A path to another type, or to no namespace, is refused.
            = namespaces: a path of another type is refused
            = namespaces: a path that is no namespace is refused
        linux.namespaces.must-4  If `path` is not specified, the runtime MUST create
            Without a path the namespace is new.
            = namespaces: pid: new
            = namespaces: network: new
            = namespaces: ipc: new
            = namespaces: uts: new
            = namespaces: cgroup: new
        linux.namespaces.must-5  container MUST inherit the [runtime namespace]
            A type that is not listed is the runtime's.
            = namespaces: pid: inherited
            = namespaces: network: inherited
            = namespaces: ipc: inherited
            = namespaces: uts: inherited
            = namespaces: cgroup: inherited
        linux.namespaces.must-6  contains duplicated namespaces with same `type`
            A type twice is refused.
            = namespaces: the same type twice is refused
            = namespaces: new and joined of one type are refused

        # config-linux.md, User namespace mappings

        linux.mappings.required-1  **`containerID`** *(uint32, REQUIRED)*
            A mapping without containerID is refused.
            = user namespaces: a map without a part is refused
        linux.mappings.required-2  **`hostID`** *(uint32, REQUIRED)*
            A mapping without hostID is refused.
            = user namespaces: a map without a part is refused
        linux.mappings.required-3  **`size`** *(uint32, REQUIRED)*
            A mapping without size is refused.
            = user namespaces: a map without a part is refused
        linux.mappings.should-1  SHOULD NOT modify the ownership of referenced
            The root file system's owners stay.
            = user namespaces: owners of files stay

        # config-linux.md, Devices

        linux.devices.must-1  lists devices that MUST be available
            The devices of the list are there.
            = devices: a character device
            = devices: a block device
            = devices: a fifo, which needs no numbers
        linux.devices.required-1  **`type`** *(string, REQUIRED)* - type of device
            A device without a type is refused.
            = devices: an unknown type is refused
        linux.devices.required-2  full path to device inside container
            A device without a path is refused.
            = devices: without a path is refused
        linux.devices.must-2  does not match the requested device
            Another file at the path is an error.
            = devices: one that is there and does not match is refused
            = devices: one of another type that is there is refused
            = devices: a file that is there is refused
        linux.devices.may-1  The path MAY be anywhere
            A device may lie outside of /dev.
            = devices: outside of /dev, with its directories
        linux.devices.required-3  REQUIRED unless `type` is `p`
            A device without numbers is refused, but for a fifo.
            = devices: without numbers is refused
        linux.devices.should-1  SHOULD NOT be used for multiple devices
            - authors
        linux.devices.may-2  Containers MAY NOT access any device node
            What is neither listed nor a default device cannot be opened.
            = device-access: the host's disk cannot be opened
            = device-access: what no rule names cannot be opened

        # config-linux.md, Default Devices

        linux.default-devices.must-1  the runtime MUST also supply
            The default devices are there.
            = devices: the default devices are there
            = devices: the default devices work
            = devices: /dev/ptmx is that of the container's devpts

        # config-linux.md, Network Devices

        linux.net-devices.must-1  network devices that MUST be made
            The devices of the list are in the container.
            = net devices: moved under its own name
            = net devices: renamed
            = net devices: several, and a name that one of them had
            = net devices: into a joined namespace
        linux.net-devices.must-2  MUST check if moving the network interface
            A device that cannot be moved is an error.
            = net devices: that is not there is refused
            = net devices: that cannot leave is refused
        linux.net-devices.must-3  exists in the container namespace, the runtime MUST
            A name that is taken is an error.
            = net devices: under a name that is taken is refused
            = net devices: two under one name are refused
        linux.net-devices.must-4  In that case, the runtime MUST allow the move
            A name with %d is numbered by the kernel.
            = net devices: under a name with %d
        linux.net-devices.must-5  MUST preserve existing network interface
            Attributes and addresses are kept.
            = net devices: keeps its addresses
            = net devices: keeps its hardware address and MTU
        linux.net-devices.must-6  MUST set the network device state to "up"
            A device that was moved is up.
            = net devices: that was down is up
        linux.net-devices.must-7  MUST NOT actively manage the interface's
            The runtime does nothing more to the device.
            = net devices: is left alone while the container runs
        linux.net-devices.must-8  **MUST NOT** attempt to move the interface out
            delete does not fetch the device back.
            = net devices: is not moved back by delete
        """#
}

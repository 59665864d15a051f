extension Coverage {
    /// The rest of runtime.md, runtime-linux.md and bundle.md.
    static let operationsText = #"""
        # runtime.md, Start

        runtime.start.must-1  [generate an error](#errors) if it is not provided the container ID.
            start without an id fails.
            = start: fails without an id
        runtime.start.must-2  `start` a container that is not [`created`](#state) MUST have no effect
            start of what is not created changes nothing.
            = start: of a running container fails, without effect
            = start: of a stopped container fails, without effect
        runtime.start.must-3  MUST have no effect on the container and MUST | `start` a container
            start of what is not created fails.
            = start: of a running container fails, without effect
            = start: of a stopped container fails, without effect
            = start: of an unknown container fails
            = start: of a killed created container fails
            = start: four at once: one wins, the program runs once
        runtime.start.must-4  MUST run the user-specified program as specified
            start runs what process says.
            = start: runs the program
            = process: args are passed as they are
            = process: cwd
        runtime.start.must-5  MUST generate an error if `process` was not set
            Without process start fails.
            = start: without process fails, then or at create

        # runtime.md, Kill

        runtime.kill.must-1  [generate an error](#errors) if it is not provided the container ID.
            kill without an id fails.
            = kill: fails without an id
        runtime.kill.must-2  neither [`created` nor `running`](#state) MUST have no effect
            kill of a container that has ended changes nothing.
            = kill: of a stopped container fails, without effect
        runtime.kill.must-3  MUST have no effect on the container and MUST | send a signal
            kill of a container that has ended, or that is unknown, fails.
            = kill: of a stopped container fails, without effect
            = kill: of an unknown container fails
        runtime.kill.must-4  MUST send the specified signal
            kill sends the signal that is named to the container's process.
            = kill: sends the named signal
            = kill: takes names with and without SIG, and numbers
            = kill: ends a created container

        # runtime.md, Delete

        runtime.delete.must-1  [generate an error](#errors) if it is not provided the container ID.
            delete without an id fails.
            = delete: fails without an id
        runtime.delete.must-2  `delete` a container that is not [`stopped`](#state) MUST have no effect
            delete of what is not stopped changes nothing.
            = delete: of a running container fails, without effect
        runtime.delete.must-3  MUST have no effect on the container and MUST | `delete` a container
            delete of what is not stopped, or is unknown, fails.
            = delete: of a running container fails, without effect
            = delete: of an unknown container fails
            = delete: twice: the second fails
        runtime.delete.must-4  MUST delete the resources that were created
            delete takes away what create made.
            = delete: removes a stopped container and all that create made
            = delete: leaves no trace in the state root
            = cgroup placement: delete removes it
        runtime.delete.must-5  not created by this container, MUST NOT be deleted
            delete leaves alone what create did not make.
            = delete: leaves the bundle as it was
            = delete: keeps a cgroup that was there before
            = cgroup placement: a cgroup that was there survives delete
        runtime.delete.may-1  its ID MAY be used by a subsequent container
            After delete the id is free.
            = create: takes an id again after delete

        # runtime-linux.md, Dev symbolic links

        runtime-linux.links.must-1  runtimes MUST create the following symlinks
            /dev/fd, /dev/stdin, /dev/stdout and /dev/stderr lead to /proc/self/fd.
            = devices: the links to the standard streams

        # bundle.md, Container Format

        bundle.required-1  This REQUIRED file
            A bundle without config.json is none.
            = create: fails when the bundle has no config.json
        bundle.must-1  MUST reside in the root of the bundle directory
            config.json is looked for in the bundle itself.
            = create: fails when the bundle has no config.json
        bundle.must-2  MUST be named `config.json`
            The configuration has one name.
            = create: fails when the bundle has no config.json
        bundle.must-3  MUST all be present in a single directory
            The bundle's parts lie together.
            - authors
        """#
}

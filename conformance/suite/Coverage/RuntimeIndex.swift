extension Coverage {
    /// runtime.md to its operation create.
    static let runtimeText = #"""
        # runtime.md, Scope of a Container

        runtime.scope.must-1  MUST be able to use the operations
            Who created a container can use every operation on it.
            = kill: sends the named signal
            = delete: removes a stopped container and all that create made

        # runtime.md, State

        runtime.state.required-1  with which the state complies
            The state names a version of the specification.
            = state: has the types of its schema
        runtime.state.required-2  is the container's ID
            The state names the container.
            = state: of a created container
        runtime.state.must-1  unique across all containers on this host
            No two containers have one id.
            = create: fails when the id is taken, without effect
        runtime.state.required-3  is the runtime state of the container
            The state says the status.
            = state: of a created container
            = state: of a running container
            = state: of a stopped container
        runtime.state.may-1  The value MAY be one of
            created, running and stopped mean what is said of them.
            = state: of a created container
            = state: of a running container
            = state: of a stopped container
            = state: of a container killed before start is stopped
            = state: of an ended but unreaped container is stopped
        runtime.state.must-2  MUST be used to represent new runtime states
            A status of the runtime's own stands for none of the states above.
            = state: of a running container
            = state: of a stopped container
        runtime.state.required-4  REQUIRED when `status` is `created` or `running`
            The state of a live container says its process id.
            = state: of a created container
            = state: of a running container
        runtime.state.required-5  is the absolute path to the container's bundle
            The state says the bundle's absolute path.
            = state: of a created container
            = create: takes a relative bundle path
        runtime.state.must-3  MUST adhere to the JSON Schema
            The state has the types of its schema.
            = state: has the types of its schema

        # runtime.md, Lifecycle

        runtime.lifecycle.must-1  MUST be created according to the configuration
            create makes the environment that config.json describes.
            = hostname: is what the configuration says
            = mounts: bind: a directory
        runtime.lifecycle.must-2  the environment specified in the [`config.json`](config.md), it MUST
            What cannot be made as config.json says is an error.
            = mounts: bind: a missing source is refused
            = sysctl: one that does not exist is refused
        runtime.lifecycle.must-3  [`config.json`](config.md) MUST be created
            create makes what is asked for, without waiting for start.
            = create: makes a created container and runs nothing yet
        runtime.lifecycle.must-4  MUST NOT be run at this time
            create runs no program.
            = create: makes a created container and runs nothing yet
        runtime.lifecycle.must-5  after this step MUST NOT affect
            What is written to config.json after create has no effect.
            = create: ignores later changes of config.json
        runtime.lifecycle.must-6  [`prestart` hooks](config.md#prestart) MUST be invoked
            prestart hooks are run.
            = hooks: prestart: two, in their order, at their time
        runtime.lifecycle.must-7  If any `prestart` hook fails
            A failing prestart hook fails create and takes the container down.
            = hooks: prestart fails: create fails, nothing is left, poststop runs
        runtime.lifecycle.must-8  hooks](config.md#createRuntime-hooks) MUST be invoked
            createRuntime hooks are run.
            = hooks: createRuntime: two, in their order, at their time
        runtime.lifecycle.must-9  If any `createRuntime` hook fails
            A failing createRuntime hook fails create and takes the container down.
            = hooks: createRuntime fails: create fails, nothing is left, poststop runs
        runtime.lifecycle.must-10  hooks](config.md#createContainer-hooks) MUST be invoked
            createContainer hooks are run.
            = hooks: createContainer: two, in their order, at their time
        runtime.lifecycle.must-11  If any `createContainer` hook fails
            A failing createContainer hook fails create and takes the container down.
            = hooks: createContainer fails: create fails, nothing is left, poststop runs
        runtime.lifecycle.must-12  hooks](config.md#startContainer-hooks) MUST be invoked
            startContainer hooks are run.
            = hooks: startContainer: two, in their order, at their time
        runtime.lifecycle.must-13  If any `startContainer` hook fails
            A failing startContainer hook fails start and takes the container down.
            = hooks: startContainer fails: start fails, the container is destroyed, poststop runs
        runtime.lifecycle.must-14  runtime MUST run the user-specified program
            start runs the program.
            = start: runs the program
        runtime.lifecycle.must-15  [`poststart` hooks](config.md#poststart) MUST be invoked
            poststart hooks are run.
            = hooks: poststart: two, in their order, at their time
        runtime.lifecycle.must-16  If any `poststart` hook fails
            A failing poststart hook fails start and takes the container down.
            = hooks: poststart fails: start fails, the container is destroyed, poststop runs
        runtime.lifecycle.may-1  This MAY happen due to erroring out
            Whatever ends the process, the container is stopped.
            = state: of a stopped container
            = state: of a container killed before start is stopped
        runtime.lifecycle.must-17  MUST be destroyed by undoing the steps
            delete takes away all that create made.
            = delete: removes a stopped container and all that create made
            = cgroup placement: delete removes it
        runtime.lifecycle.must-18  [`poststop` hooks](config.md#poststop) MUST be invoked
            poststop hooks are run.
            = hooks: poststop: two, in their order, at their time
            = hooks: poststop: the container is gone
        runtime.lifecycle.must-19  If any `poststop` hook fails
            A failing poststop hook is a warning, and the rest goes on.
            = hooks: poststop fails: a warning, the rest goes on
            = hooks: poststop missing: a warning, the rest goes on

        # runtime.md, Errors

        runtime.errors.must-1  MUST leave the state of the environment
            What fails leaves the host as it was.
            = create: fails when the id is taken, without effect
            = start: of a running container fails, without effect
            = kill: fails for an unknown signal, without effect
            = delete: of a running container fails, without effect
            = cgroup placement: a failed create leaves no cgroup

        # runtime.md, Warnings

        runtime.warnings.must-1  MUST continue as if the warning
            A warning stops nothing.
            = capabilities: an unknown name is a warning

        # runtime.md, Operations

        runtime.operations.must-1  runtimes MUST support the following operations
            state, create, start, kill and delete are there.
            = state: of a created container
            = start: runs the program

        # runtime.md, Query State

        runtime.query-state.must-1  if it is not provided the ID of a container
            state without an id fails.
            = state: fails without an id
        runtime.query-state.must-2  query a container that does not exist
            state of an unknown container fails.
            = state: of an unknown container fails
            = state: of a container in another state root fails
        runtime.query-state.must-3  MUST return the state of a container as specified
            state answers the container's state.
            = state: of a created container
            = state: of a running container
            = state: of a stopped container

        # runtime.md, Create

        runtime.create.must-1  if it is not provided a path to the bundle
            create without an id or without a bundle fails.
            = create: fails without an id
            = create: fails when the bundle is missing
        runtime.create.must-2  the implementation MUST [generate an error]
            A taken or wrong id fails create.
            = create: fails when the id is taken, without effect
            = container id: that is a path is refused, without effect
        runtime.create.must-3  (#errors) and a new container MUST NOT be created.
            A taken or wrong id makes no container.
            = create: fails when the id is taken, without effect
            = container id: that is a path is refused, without effect
        runtime.create.must-4  This operation MUST create a new container
            create makes a container.
            = create: makes a created container and runs nothing yet
            = create: makes two containers of one bundle
        runtime.create.must-5  except for [`process`](config.md#process) MUST be applied
            Everything but process is applied by create.
            = hostname: is what the configuration says
            = mounts: bind: a directory
            = rootfs: readonly
            = paths: masked: a file reads as nothing
            = sysctl: kernel.msgmax
        runtime.create.must-6  MUST NOT be applied until triggered by
            process.args waits for start.
            = create: makes a created container and runs nothing yet
        runtime.create.must-7  cannot apply a property as specified
            A property that cannot be applied fails create.
            = sysctl: one that does not exist is refused
            = rootfs: a missing directory is refused
        runtime.create.must-8  If the runtime cannot apply a property | and a new container MUST NOT be created
            A property that cannot be applied makes no container.
            = sysctl: one that does not exist is refused
        """#
}

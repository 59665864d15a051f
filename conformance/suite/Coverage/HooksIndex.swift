extension Coverage {
    /// The rest of config.md, from the hooks on.
    static let hooksText = #"""
        # config.md, POSIX-platform Hooks

        config.hooks.required-1  prestart | **`path`** (string, REQUIRED)
            An entry without a path is refused.
            = hooks: an entry without a path is refused
        config.hooks.must-1  prestart | **`path`** MUST be absolute
            A relative path is refused.
            = hooks: a relative path is refused
        config.hooks.must-2  prestart | `timeout` MUST be greater than zero
            A time-out of nothing is refused.
            = hooks: a timeout of 0 is refused
            = hooks: a negative timeout is refused
        config.hooks.must-3  prestart | The value of `path` MUST resolve in the [runtime namespace]
            The path of prestart hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: prestart
        config.hooks.must-4  prestart | `prestart` hooks MUST be executed in the [runtime namespace]
            prestart hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: prestart
        config.hooks.required-2  createRuntime | **`path`** (string, REQUIRED)
            An entry without a path is refused.
            = hooks: an entry without a path is refused
        config.hooks.must-5  createRuntime | **`path`** MUST be absolute
            A relative path is refused.
            = hooks: a relative path is refused
        config.hooks.must-6  createRuntime | `timeout` MUST be greater than zero
            A time-out of nothing is refused.
            = hooks: a timeout of 0 is refused
            = hooks: a negative timeout is refused
        config.hooks.must-7  createRuntime | The value of `path` MUST resolve in the [runtime namespace]
            The path of createRuntime hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: createRuntime
        config.hooks.must-8  createRuntime | `createRuntime` hooks MUST be executed in the [runtime namespace]
            createRuntime hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: createRuntime
        config.hooks.must-9  createContainer | The value of `path` MUST resolve in the [runtime namespace]
            The path of createContainer hooks is looked up in the runtime's namespaces.
            = hooks: path of createContainer is the runtime's
        config.hooks.must-10  createContainer | `createContainer` hooks MUST be executed in the [container namespace]
            createContainer hooks run in the container's namespaces.
            = hooks: in the container's namespaces: createContainer
        config.hooks.must-11  startContainer | The value of `path` MUST resolve in the [container namespace]
            The path of startContainer hooks is looked up in the container's namespaces.
            = hooks: path of startContainer is the container's
        config.hooks.must-12  startContainer | `startContainer` hooks MUST be executed in the [container namespace]
            startContainer hooks run in the container's namespaces.
            = hooks: in the container's namespaces: startContainer
        config.hooks.must-13  poststart | The value of `path` MUST resolve in the [runtime namespace]
            The path of poststart hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststart
        config.hooks.must-14  poststart | `poststart` hooks MUST be executed in the [runtime namespace]
            poststart hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststart
        config.hooks.must-15  poststop | The value of `path` MUST resolve in the [runtime namespace]
            The path of poststop hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststop
        config.hooks.must-16  poststop | `poststop` hooks MUST be executed in the [runtime namespace]
            poststop hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststop
        config.hooks.must-17  Hooks MUST be called in the listed order
            The hooks of a list run in its order.
            = hooks: prestart: two, in their order, at their time
            = hooks: createRuntime: two, in their order, at their time
            = hooks: createContainer: two, in their order, at their time
            = hooks: startContainer: two, in their order, at their time
            = hooks: poststart: two, in their order, at their time
            = hooks: poststop: two, in their order, at their time
        config.hooks.must-18  MUST be passed to hooks over stdin
            Every hook reads the container's state.
            = hooks: state on stdin: prestart
            = hooks: state on stdin: createRuntime
            = hooks: state on stdin: createContainer
            = hooks: state on stdin: startContainer
            = hooks: state on stdin: poststart
            = hooks: state on stdin: poststop

        # config.md, Prestart

        config.prestart.must-1  The `prestart` hooks MUST be called as part of the [`create`]
            prestart hooks run at their time.
            = hooks: prestart: two, in their order, at their time
        config.prestart.must-2  MUST be called before the `createRuntime` hooks
            prestart hooks run before createRuntime hooks.
            = hooks: prestart, createRuntime, createContainer: in this order
        config.prestart.must-3  `prestart` hooks' path MUST resolve in
            The path of prestart hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: prestart
        config.prestart.must-4  `prestart` hooks MUST be executed in
            prestart hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: prestart

        # config.md, CreateRuntime Hooks

        config.createRuntime.must-1  The `createRuntime` hooks MUST be called as part of the [`create`]
            createRuntime hooks run at their time.
            = hooks: createRuntime: two, in their order, at their time
            = hooks: createRuntime: the mounts are made
        config.createRuntime.must-2  `createRuntime` hooks' path MUST resolve in
            The path of createRuntime hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: createRuntime
        config.createRuntime.must-3  `createRuntime` hooks MUST be executed in
            createRuntime hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: createRuntime

        # config.md, CreateContainer Hooks

        config.createContainer.must-1  The `createContainer` hooks MUST be called as part of the [`create`]
            createContainer hooks run at their time.
            = hooks: createContainer: two, in their order, at their time
            = hooks: createContainer: its mounts are the container's
            = hooks: createContainer: before the root is read-only
        config.createContainer.must-2  MUST be called after the `createRuntime` hooks
            createContainer hooks run after createRuntime hooks.
            = hooks: prestart, createRuntime, createContainer: in this order
        config.createContainer.must-3  `createContainer` hooks' path MUST resolve in
            The path of createContainer hooks is looked up in the runtime's namespaces.
            = hooks: path of createContainer is the runtime's
        config.createContainer.must-4  `createContainer` hooks MUST be executed in
            createContainer hooks run in the container's namespaces.
            = hooks: in the container's namespaces: createContainer

        # config.md, StartContainer Hooks

        config.startContainer.must-1  The `startContainer` hooks MUST be called [before the user-specified
            startContainer hooks run at their time.
            = hooks: startContainer: two, in their order, at their time
            = hooks: startContainer: the program has not begun
        config.startContainer.must-2  `startContainer` hooks' path MUST resolve in
            The path of startContainer hooks is looked up in the container's namespaces.
            = hooks: path of startContainer is the container's
        config.startContainer.must-3  `startContainer` hooks MUST be executed in
            startContainer hooks run in the container's namespaces.
            = hooks: in the container's namespaces: startContainer

        # config.md, Poststart

        config.poststart.must-1  The `poststart` hooks MUST be called [after the user-specified
            poststart hooks run at their time.
            = hooks: poststart: two, in their order, at their time
            = hooks: poststart: the program has begun
        config.poststart.must-2  `poststart` hooks' path MUST resolve in
            The path of poststart hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststart
        config.poststart.must-3  `poststart` hooks MUST be executed in
            poststart hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststart

        # config.md, Poststop

        config.poststop.must-1  The `poststop` hooks MUST be called [after the container is deleted]
            poststop hooks run at their time.
            = hooks: poststop: two, in their order, at their time
            = hooks: poststop: the container is gone
        config.poststop.must-2  `poststop` hooks' path MUST resolve in
            The path of poststop hooks is looked up in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststop
        config.poststop.must-3  `poststop` hooks MUST be executed in
            poststop hooks run in the runtime's namespaces.
            = hooks: in the runtime's namespaces: poststop

        # config.md, Annotations

        config.annotations.may-1  This information MAY be structured or unstructured
            A value may hold any text.
            = state: carries the annotations
        config.annotations.must-1  Annotations MUST be a key-value map
            Annotations that are no object are refused.
            = config.json: with annotations that are no texts is refused
        config.annotations.may-2  If there are no annotations then this property MAY
            Annotations may be absent or empty.
            = state: without annotations
        config.annotations.must-2  Keys MUST be strings
            A key that is no text is refused.
            = config.json: with a key that is no text is refused
        config.annotations.must-3  Keys MUST NOT be an empty string
            An annotation without a name is refused.
            = config.json: with an annotation without a name is refused
        config.annotations.should-1  Keys SHOULD be named using a reverse domain
            - authors
        config.annotations.must-4  annotations using keys in this namespace MUST be
            - authors
        config.annotations.may-3  namespaces MAY be used
            The keys of the table are taken.
            = config.json: with the image's annotations is taken
        config.annotations.must-5  image.os` | The annotation value MUST have
            - authors
        config.annotations.should-2  image.os` | This annotation SHOULD only be used
            - authors
        config.annotations.must-6  image.os.version` | The annotation value MUST have
            - authors
        config.annotations.should-3  image.os.version` | This annotation SHOULD only be used
            - authors
        config.annotations.must-7  image.os.features` | The annotation value MUST have
            - authors
        config.annotations.should-4  image.os.features` | This annotation SHOULD only be used
            - authors
        config.annotations.must-8  image.architecture` | The annotation value MUST have
            - authors
        config.annotations.should-5  image.architecture` | This annotation SHOULD only be used
            - authors
        config.annotations.must-9  image.variant` | The annotation value MUST have
            - authors
        config.annotations.should-6  image.variant` | This annotation SHOULD only be used
            - authors
        config.annotations.must-10  image.author` | The annotation value MUST have
            - authors
        config.annotations.should-7  image.author` | This annotation SHOULD only be used
            - authors
        config.annotations.must-11  image.created` | The annotation value MUST have
            - authors
        config.annotations.should-8  image.created` | This annotation SHOULD only be used
            - authors
        config.annotations.must-12  image.stopSignal` | The annotation value MUST have
            - authors
        config.annotations.should-9  image.stopSignal` | This annotation SHOULD only be used
            - authors
        config.annotations.should-10  Indicates signal that SHOULD be sent
            The caller of kill names the signal.
            - authors
        config.annotations.must-13  MUST NOT be used by subsequent specifications
            - authors
        config.annotations.must-14  MUST handle unknown annotation keys like any other
            Unknown annotations are taken.
            = config.json: with unknown annotations is taken
        config.annotations.must-15  Values MUST be strings
            An annotation that is no text is refused.
            = config.json: with annotations that are no texts is refused
        config.annotations.may-4  Values MAY be an empty string
            An empty annotation is taken and kept.
            = state: carries the annotations

        # config.md, Extensibility

        config.extensibility.must-1  but MUST otherwise ignore them
            What is unknown is ignored.
            = config.json: with unknown properties is taken

        # config.md, Valid values

        config.values.must-1  invalid or unsupported values are encountered
            Wrong values are refused.
            = config.json: with unknown values is refused
            = namespaces: an unknown type is refused
            = seccomp: an unknown action is refused
            = rootfs: propagation: an unknown word is refused
        """#
}

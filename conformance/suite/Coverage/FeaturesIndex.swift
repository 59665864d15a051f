extension Coverage {
    /// features.md and features-linux.md.
    static let featuresText = #"""
        # features.md, Features Structure

        features.should-1  SHOULD be determined on the compilation time
            The document does not depend on the host.
            - invisible
        features.must-1  MUST NOT be confused with an empty value
            Who reads the document keeps null and empty apart.
            - authors

        # features.md, Specification version

        features.versions.required-1  **`ociVersionMin`** (string, REQUIRED)
            The document names the least version.
            = features: prints one JSON object with the versions
        features.versions.must-1  minimum recognized version | MUST accept this value
            A configuration of the least version is taken.
            = features: names versions that create accepts
        features.versions.required-2  **`ociVersionMax`** (string, REQUIRED)
            The document names the greatest version.
            = features: prints one JSON object with the versions
        features.versions.must-2  maximum recognized version | MUST accept this value
            A configuration of the greatest version is taken.
            = features: names versions that create accepts
        features.versions.must-3  MUST NOT be less than the value
            The greatest version is not less than the least.
            = features: prints one JSON object with the versions
        features.versions.must-4  MUST NOT contain properties that are not defined
            The document holds what its greatest version defines.
            = features: has no property that its version does not define

        # features.md, Hooks

        features.hooks.must-1  MUST support the elements in this array
            Every hook that is named is run.
            = features: names all six hooks or says nothing of them

        # features.md, Mount Options

        features.mount-options.must-1  MUST recognize the elements in this array as the [`options`
            Every mount option that is named is taken.
            = features: the mount options it names are taken
        features.mount-options.should-1  this array SHOULD NOT contain filesystem-specific
            No option of a file system is named.
            = features: names no file system's own mount options

        # features.md, Annotations

        features.annotations.must-1  Annotations MUST be a key-value map
            annotations is an object of texts.
            = features: has the types of its schema

        # features-linux.md, Namespaces

        features-linux.namespaces.must-1  MUST recognize the elements in this array as the [`type` of
            Every namespace that is named is made.
            = features: names namespaces that it makes

        # features-linux.md, Capabilities

        features-linux.capabilities.must-1  MUST recognize the elements in this array in the [`process.capabilities`
            Every capability that is named can be given.
            = features: the capabilities it names are given

        # features-linux.md, Seccomp

        features-linux.seccomp.must-1  [`syscalls[].action` property
            Every action that is named is taken.
            = features: the seccomp names it gives are taken
        features-linux.seccomp.must-2  [`syscalls[].args[].op` property
            Every operator that is named is taken.
            = features: the seccomp names it gives are taken
        features-linux.seccomp.must-3  [`architectures` property
            Every architecture that is named is taken.
            = features: the seccomp architectures it names are taken
        features-linux.seccomp.must-4  MUST recognize the elements in this array in the [`flags` property
            Every flag that is known is recognized: taken, or refused for what the host lacks.
            = features: the seccomp names it gives are taken
        features-linux.seccomp.must-5  MUST recognize and support the elements
            Every flag that is supported is taken.
            = features: the seccomp names it gives are taken

        # features-linux.md, MemoryPolicy

        features-linux.memory-policy.must-1  as the [`mode` of `linux.memoryPolicy`
            Every mode that is named is taken.
            = features: the memory policies it names are taken
        features-linux.memory-policy.must-2  MUST recognize the elements in this in the [`flags` property
            Every flag that is named is taken.
            = features: the memory policies it names are taken

        # features-linux.md, MountExtensions

        features-linux.mount-extensions.must-1  MUST still set this value to `true`
            Who reads the mappings of mounts says so.
            = idmapped mounts: features says that there are some
        """#
}

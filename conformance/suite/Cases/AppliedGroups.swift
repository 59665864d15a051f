extension Group {
    /// What a configuration asks for and a container then has: a group for each concept.
    static var applied: [Group] {
        [
            .ofNamespaces, .ofUserNamespaces, .ofIDMappedMounts, .ofRootless, .ofHostname, .ofRootfs, .ofMounts,
            .ofDevices, .ofDeviceAccess, .ofPaths, .ofSysctl,
            .ofProcess, .ofBirth, .ofCapabilities, .ofSeccomp, .ofSeccompAgent, .ofAppArmor, .ofTime, .ofMemoryPolicy,
            .ofNetDevices, .ofEngineSockets, .ofReadiness, .ofAnnotations,
            .ofHooks, .ofTerminal, .ofDocumentLimits, .ofRefusals,
            .ofCgroups, .ofCgroupOwnership, .ofLimits, .ofDelegated, .ofResources, .ofAttacks, .systemdScopes,
            .systemdLife, .systemdLimits,
        ]
    }
}

internal import Kernel
internal import OCI

/// What is judged without being translated: checks in the order of the document, each of one thing.
///
/// A check reads, and notes what it finds: nothing here asks the system, so a plan can be made of any document anywhere.
/// What is checked by translating it (a word to a number, options to flags) is checked where that is done.
enum Validation {
    /// Runs every check, but for those of version and platform, which come first of all.
    static func run(_ spec: Spec, _ namespaces: NamespacePlan, _ findings: inout Findings) {
        checkHostname(spec, namespaces, &findings)
        checkDomainname(spec, namespaces, &findings)
        checkAnnotations(spec, &findings)
        checkHooks(spec, &findings)
        if let seccomp = spec.linux?.seccomp { checkSeccomp(seccomp, &findings) }
    }

    static func checkVersion(_ spec: Spec, _ findings: inout Findings) {
        switch SpecVersion.verdict(spec.ociVersion) {
        case .supported: break
        case .newer(let warning): findings.warn(warning)
        case .refused(let message): findings.refuse("/ociVersion", message)
        }
    }

    /// Objects of other systems mean nothing beside one of Linux; alone they say that the bundle is not for Linux.
    static func checkPlatform(_ spec: Spec, _ findings: inout Findings) {
        guard let platform = spec.foreignPlatforms.first, spec.linux == nil else { return }
        findings.refuse("/" + platform, "must not stand without /linux: apus runs containers for Linux")
    }

    static func checkHostname(_ spec: Spec, _ namespaces: NamespacePlan, _ findings: inout Findings) {
        checkName(spec.hostname, "/hostname", namespaces, &findings)
    }

    static func checkDomainname(_ spec: Spec, _ namespaces: NamespacePlan, _ findings: inout Findings) {
        checkName(spec.domainname, "/domainname", namespaces, &findings)
    }

    private static func checkName(
        _ name: String?, _ pointer: String, _ namespaces: NamespacePlan, _ findings: inout Findings
    ) {
        guard let name, !name.isEmpty else { return }
        if !namespaces.isPrivate(.uts) { findings.needs(.uts, pointer) }
        // __NEW_UTS_LEN of the kernel.
        if name.utf8.count > 64 {
            findings.refuse(pointer, "must be at most 64 bytes long, is " + String(name.utf8.count))
        }
    }

    static func checkAnnotations(_ spec: Spec, _ findings: inout Findings) {
        for entry in spec.annotations where entry.key.isEmpty {
            findings.refuse("/annotations/", "must not have an empty key")
        }
    }

    static func checkHooks(_ spec: Spec, _ findings: inout Findings) {
        guard let hooks = spec.hooks else { return }
        checkHooks(hooks.prestart, "/hooks/prestart/", &findings)
        checkHooks(hooks.createRuntime, "/hooks/createRuntime/", &findings)
        checkHooks(hooks.createContainer, "/hooks/createContainer/", &findings)
        checkHooks(hooks.startContainer, "/hooks/startContainer/", &findings)
        checkHooks(hooks.poststart, "/hooks/poststart/", &findings)
        checkHooks(hooks.poststop, "/hooks/poststop/", &findings)
    }

    private static func checkHooks(_ hooks: [Spec.Hook], _ list: String, _ findings: inout Findings) {
        for (index, hook) in hooks.enumerated() {
            let pointer = list + String(index)
            if !ContainerPath.isAbsolute(hook.path) {
                findings.refuse(pointer + "/path", "must be an absolute path, is " + Findings.quoted(hook.path))
            }
            if let timeout = hook.timeout, timeout <= 0 {
                findings.refuse(pointer + "/timeout", "must be greater than 0 (seconds), is " + String(timeout))
            }
            ProcessPlan.checkEnvironment(hook.env ?? [], at: pointer + "/env", &findings)
        }
    }

    /// Engines write an absent string as an empty one.
    static func isSet(_ text: String?) -> Bool { !(text ?? "").isEmpty }
}

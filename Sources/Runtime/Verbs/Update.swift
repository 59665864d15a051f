import Cgroups
import JSON
import Kernel
package import OCI

extension Verb {
    /// The limits that a document holds, which is what /linux/resources of a config.json is; `name` is for errors.
    package static func resources(
        _ bytes: [UInt8], from name: String
    ) throws(RuntimeError) -> Spec.Linux.Resources {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONReader.parse(bytes)
        } catch {
            throw RuntimeError(.configuration, "resources from " + name + ": " + error.description)
        }
        let findings = JSONFindings()
        let resources = Spec.Linux.Resources(JSONObject(document, findings: findings))
        guard findings.problems.isEmpty else {
            throw RuntimeError(.configuration, "resources from " + name + ": " + Problem.line(findings.problems))
        }
        return resources
    }

    /// Changes the limits of a container: those that are named, and all of them or none.
    ///
    /// Rules for devices, when there are any, take the place of those before. Of `rdt` the two schemas count; `resources`
    /// is nil when they are all that is to be changed.
    package static func update(
        _ id: String, _ resources: Spec.Linux.Resources?, _ rdt: Spec.Linux.IntelRdt? = nil, _ context: Context
    ) throws(RuntimeError) {
        let container = try Container.find(id, root: context.root)
        switch try container.status() {
        case .created, .running, .paused: break
        case .creating: throw cannot("update", id, "it is still being created")
        case .stopped: throw cannot("update", id, "container not running")
        }
        let change = try rdt.map { (rdt) throws(RuntimeError) in
            try ResctrlChange(rdt, container.record, id, context.warnings)
        }
        try change?.make()
        guard let resources else { return }
        do throws(RuntimeError) {
            try update(container, resources, context.warnings)
        } catch {
            change?.takeBack()
            throw error
        }
    }

    private static func update(
        _ container: borrowing Container, _ resources: Spec.Linux.Resources, _ warnings: Warnings
    ) throws(RuntimeError) {
        let id = container.directory.id
        let cgroup = try container.cgroup(for: "update")
        // One at a time: what is not named is reckoned from what is there.
        let lock = try attempt("open the cgroup \(cgroup.path)") { () throws(Errno) in try cgroup.open() }
        try take(lock, id)
        let update = try LimitUpdate(container, cgroup, resources, warnings)
        do throws(CgroupRefusal) {
            try update.apply(to: container, lock.raw)
        } catch {
            throw RuntimeError(error).inContext("update container \"\(id)\"")
        }
    }

    private static func take(_ lock: borrowing Descriptor, _ id: String) throws(RuntimeError) {
        let deadline = Clock.monotonic + 10_000_000_000
        let raw = lock.raw
        while true {
            let isTaken = try attempt("lock the cgroup of container \"\(id)\"") { () throws(Errno) in
                try File.lock(raw, exclusive: true, wait: false)
            }
            if isTaken { return }
            guard Clock.monotonic < deadline else { throw cannot("update", id, "another update does not end") }
            Clock.sleep(milliseconds: 2)
        }
    }
}

/// A change of a container's limits, found to be sound.
private struct LimitUpdate {
    private let cgroup: Cgroup
    private let settings: CgroupSettings
    private let checksUsage: Bool
    private let unit: StateRecord.Unit?
    /// What is to decide on devices from now on; nil leaves that as it is.
    private let filter: SharedDeviceFilter?

    /// - Throws: what is wrong with the limits; nothing is changed before that.
    init(
        _ container: borrowing Container, _ cgroup: Cgroup, _ resources: Spec.Linux.Resources, _ warnings: Warnings
    ) throws(RuntimeError) {
        let current = try attempt("read the limits of \(cgroup.path)") { () throws(Errno) in try cgroup.limits() }
        settings = CgroupSettings(resources, at: "", over: current)
        self.cgroup = cgroup
        unit = container.record?.cgroup?.unit
        checksUsage = resources.memory?.checkBeforeUpdate ?? container.checksMemoryBeforeUpdate
        var problems = settings.problems.map { Problem(pointer: $0.pointer, message: $0.message) }
        let rules = Self.deviceRules(resources, &problems)
        if let tree = CgroupTree.discover() {
            if !tree.missing(settings, of: cgroup).isEmpty { tree.enableControllers(for: settings, of: cgroup) }
            for finding in tree.missing(settings, of: cgroup) {
                problems.append(Problem(pointer: finding.pointer, message: finding.message))
            }
        }
        guard problems.isEmpty else {
            throw RuntimeError(
                .configuration, "update container \"\(container.directory.id)\": " + Problem.line(problems))
        }
        filter = try rules.map { (rules) throws(RuntimeError) in
            try attempt("load the device filter", at: "/devices") { () throws(Errno) in
                SharedDeviceFilter(try DeviceFilter(DeviceProgram(rules)))
            }
        }
        for warning in settings.warnings { warnings.add(warning.pointer + ": " + warning.message) }
    }

    /// Nil when none are given: those there are stay.
    private static func deviceRules(
        _ resources: Spec.Linux.Resources, _ problems: inout [Problem]
    ) -> [DeviceRule]? {
        if resources.devices.isEmpty { return nil }
        var findings = Findings()
        let rules = DeviceRule.list(resources.devices, nodes: [], &findings)
        for problem in findings.problems {
            let pointer = problem.pointer.dropFirst("/linux/resources".utf8.count)
            problems.append(Problem(pointer: String(pointer), message: problem.message))
        }
        return rules
    }

    /// Files first, which the kernel may refuse; then systemd; the device filter, which takes one step, last. Whatever
    /// fails, what was done before it is taken back.
    func apply(to container: borrowing Container, _ directory: Int32) throws(CgroupRefusal) {
        try cgroup.update(settings, checkUsage: checksUsage) { (before) throws(CgroupRefusal) in
            let isTold = try tellSystemd(settings.list)
            do throws(CgroupRefusal) {
                // systemd rounds some of them.
                if isTold { try cgroup.write(settings.list) }
                if let filter { try container.replaceDeviceFilter(filter, directory) }
            } catch {
                if isTold { takeBack(before) }
                throw error
            }
        }
    }

    /// Has systemd keep the same limits, which it would otherwise take back at its next reload. False when it has no
    /// part in them.
    private func tellSystemd(_ list: [CgroupSetting]) throws(CgroupRefusal) -> Bool {
        guard let unit, let first = list.first else { return false }
        let properties = UnitProperty.list(list)
        if properties.isEmpty { return false }
        do throws(BusError) {
            var manager = try ServiceManager.connect(user: unit.isOfUser, environment: Process.environment)
            try manager.set(properties, of: unit.name)
        } catch {
            throw CgroupRefusal("change the unit " + unit.name + ": " + error.message, at: first.pointer)
        }
        return true
    }

    /// The failure that it is done for is the one to tell.
    private func takeBack(_ before: [CgroupSetting]) {
        do throws(CgroupRefusal) {
            _ = try tellSystemd(before)
        } catch {
            return
        }
    }
}

/// A device filter for a value that is copied.
private final class SharedDeviceFilter {
    let filter: DeviceFilter
    init(_ filter: consuming DeviceFilter) { self.filter = filter }
}

extension Container {
    /// What config.json says for all updates. (config-linux.md, "Memory": checkBeforeUpdate)
    fileprivate var checksMemoryBeforeUpdate: Bool {
        do throws(RuntimeError) {
            return try readSpec().linux?.resources?.memory?.checkBeforeUpdate ?? false
        } catch {
            return false
        }
    }

    /// Has the filter decide on devices in the place of the one before, or leaves that one.
    fileprivate func replaceDeviceFilter(_ new: SharedDeviceFilter, _ cgroup: Int32) throws(CgroupRefusal) {
        guard var record else { return }
        let before = record
        record.cgroup?.deviceFilter = new.filter.id
        do throws(RuntimeError) {
            // Written first: off a cgroup that stays, the filter is taken by this number.
            try directory.write(record)
            do throws(Errno) {
                if let old = before.cgroup?.deviceFilter {
                    try new.filter.replace(old, in: cgroup)
                } else {
                    try new.filter.attach(to: cgroup)
                }
            } catch {
                try directory.write(before)
                throw RuntimeError("replace the device filter of the cgroup", error)
            }
        } catch {
            throw CgroupRefusal(error.message, at: "/devices")
        }
    }
}

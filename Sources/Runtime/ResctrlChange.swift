import JSON
import Kernel
import OCI

/// A change of what the container's class of service gets; found to be sound, then made, and taken back if need be.
struct ResctrlChange {
    private let resctrl: Resctrl
    private let group: String
    private let lines: [String]
    /// The group's own lines about the same resources.
    private let before: [String]

    /// - Throws: that the container has no group, or what is wrong with the lines; nothing is changed before that.
    init(
        _ rdt: Spec.Linux.IntelRdt, _ record: StateRecord?, _ id: String, _ warnings: Warnings
    ) throws(RuntimeError) {
        var findings = Findings()
        let plan = IntelRdtPlan(rdt, &findings)
        try Self.judge(findings, id, warnings)
        guard let place = record?.resctrl else {
            throw RuntimeError(
                .wrongState,
                "cannot update container \"\(id)\": it has no group in resctrl, since its config.json has no"
                    + " /linux/intelRdt")
        }
        if !place.ownsGroup { warnings.add("the class of service \(place.group) may have others in it") }
        try self.init(plan.schemata, in: place, Resctrl(root: place.group))
    }

    /// `resctrl` is where the group is.
    init(_ lines: [String], in place: Resctrl.Place, _ resctrl: Resctrl) throws(RuntimeError) {
        self.resctrl = resctrl
        self.lines = lines
        group = place.group
        before = try resctrl.lines(of: group, like: lines)
    }

    /// Names what is wrong by the flags that it was said with.
    private static func judge(_ findings: Findings, _ id: String, _ warnings: Warnings) throws(RuntimeError) {
        func flag(_ pointer: String) -> String {
            pointer.utf8.elementsEqual((Resctrl.pointer + "/memBwSchema").utf8)
                ? "--mem-bw-schema " : "--l3-cache-schema "
        }
        if let problem = findings.problems.first {
            throw RuntimeError(.usage, "update container \"\(id)\": " + flag(problem.pointer) + problem.message)
        }
        for warning in findings.warnings {
            warnings.add(String(warning.dropFirst((Resctrl.pointer + "/l3CacheSchema: ").utf8.count)))
        }
    }

    /// Writes the lines; when one is refused those before it are taken back.
    func make() throws(RuntimeError) {
        do throws(RuntimeError) {
            try resctrl.write(lines, to: group)
        } catch {
            takeBack()
            throw error
        }
    }

    /// Writes what was there before. What fails here is passed over: the first error is the one to tell.
    func takeBack() {
        do throws(RuntimeError) {
            try resctrl.write(before, to: group)
        } catch {
            return
        }
    }
}

extension Resctrl {
    /// The lines of a group's schemata about the resources that `lines` are about.
    fileprivate func lines(of group: String, like lines: [String]) throws(RuntimeError) -> [String] {
        let wanted = lines.map { Schema($0).resource }
        var found: [String] = []
        for line in try schemata(of: group).split(separator: "\n") where wanted.contains(Schema(line).resource) {
            found.append(String(line.drop { $0 == " " }))
        }
        return found
    }
}

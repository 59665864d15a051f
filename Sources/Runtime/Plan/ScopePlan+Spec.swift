import Cgroups
import JSON
import OCI

/// The scope that systemd is asked to keep the container in.
///
/// A class, so that a container without one pays nothing for what systemd could be told.
final class ScopePlan: Equatable {
    let unit: SystemdUnit
    /// What annotations ask for; it takes the place of what apus would say.
    let properties: [UnitProperty]
    /// The name of the cgroup in the scope's that the container's process is moved to; nil leaves it in the scope's own.
    let subgroup: String?

    /// Names the cgroup in the scope's; crun's own.
    static let subgroupAnnotation = "run.oci.systemd.subgroup"

    /// `user` when the caller's own service manager is asked, not the system's.
    init(_ spec: Spec, id: String, user: Bool) throws(RuntimeError) {
        var problems: [Problem] = []
        let written = spec.linux?.cgroupsPath
        do throws(SystemdUnit.Mistake) {
            unit = try SystemdUnit(written, containerID: id, user: user)
        } catch {
            let found = written.map { ", is " + Findings.quoted($0) } ?? ""
            throw RuntimeError([Problem(pointer: "/linux/cgroupsPath", message: error.text + found)])
        }
        var properties: [UnitProperty] = []
        do throws(UnitProperty.Mistake) {
            properties = try UnitProperty.list(spec.annotations)
        } catch {
            problems.append(Problem(pointer: "/annotations/" + error.key, message: error.text))
        }
        var subgroup: String?
        for annotation in spec.annotations where annotation.key == Self.subgroupAnnotation && !annotation.value.isEmpty
        {
            subgroup = annotation.value
            if !Self.isName(annotation.value) {
                problems.append(
                    Problem(
                        pointer: "/annotations/" + annotation.key,
                        message: "must be the name of a cgroup, is " + Findings.quoted(annotation.value)))
            }
        }
        guard problems.isEmpty else { throw RuntimeError(problems) }
        self.properties = properties
        self.subgroup = subgroup
    }

    static func == (one: ScopePlan, other: ScopePlan) -> Bool {
        one.unit == other.unit && one.properties == other.properties && one.subgroup == other.subgroup
    }

    /// Says which annotations have no effect on a container that systemd is not asked to keep.
    static func warn(ofUnused annotations: [Spec.Entry<String>], _ warnings: Warnings) {
        for entry in annotations {
            guard entry.key == subgroupAnnotation || entry.key.utf8.starts(with: UnitProperty.annotation.utf8) else {
                continue
            }
            warnings.add("/annotations/" + entry.key + ": has no effect without --systemd-cgroup")
        }
    }

    /// Whether a cgroup can have the name; one with a dot could be meant for a file.
    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 255
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") }
    }
}

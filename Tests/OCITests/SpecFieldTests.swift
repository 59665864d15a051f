import JSON
import Testing

@testable import OCI

/// Changes one place of `FullDocument` at a time and looks at what is noted.
@Suite struct SpecFieldTests {
    /// A place of a document and the value there.
    private struct Place {
        var pointer: String
        var value: JSONValue
        /// The document with something else at this place, without the member or element if that is nil.
        var replaced: (JSONValue?) -> JSONValue
    }

    private static func places(of document: JSONValue) -> [Place] {
        var places: [Place] = []
        collect(Place(pointer: "", value: document) { $0 ?? .null }, into: &places)
        // A field for another platform, of which nothing is read.
        return places.filter { $0.pointer != "/process/commandLine" }
    }

    private static func collect(_ place: Place, into places: inout [Place]) {
        places.append(place)
        switch place.value {
        case .object(let members):
            for (index, member) in members.enumerated() {
                let inner = Place(pointer: place.pointer + "/" + member.name, value: member.value) { new in
                    var members = members
                    if let new { members[index].value = new } else { members.remove(at: index) }
                    return place.replaced(.object(members))
                }
                collect(inner, into: &places)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let inner = Place(pointer: place.pointer + "/\(index)", value: element) { new in
                    var elements = elements
                    if let new { elements[index] = new } else { elements.remove(at: index) }
                    return place.replaced(.array(elements))
                }
                collect(inner, into: &places)
            }
        default: break
        }
    }

    private static func problems(_ document: JSONValue) -> [Problem] {
        var writer = JSONWriter()
        writer.value(document)
        if case .failure(.problems(let problems)) = read(String(decoding: writer.bytes, as: UTF8.self)) {
            return problems
        }
        return []
    }

    private func fullDocument() throws -> JSONValue {
        try JSONReader.parse(Array(FullDocument.text.utf8))
    }

    /// A field that is not read, or not with this type, would go unnoticed.
    @Test func aWrongTypeIsNotedAtItsPlace() throws {
        let places = SpecFieldTests.places(of: try fullDocument())
        #expect(places.count > 270)
        for place in places {
            let expected: String
            switch place.value {
            case .string: expected = "must be a string, is a boolean"
            case .number: expected = "must be an integer, is a boolean"
            case .bool: expected = "must be a boolean, is a string"
            case .array: expected = "must be an array, is a boolean"
            case .object: expected = "must be an object, is a boolean"
            case .null: expected = ""
            }
            var other = JSONValue.bool(true)
            if case .bool = place.value { other = .string("true") }
            let problems = SpecFieldTests.problems(place.replaced(other))
            #expect(problems == [Problem(pointer: place.pointer, message: expected)])
        }
    }

    /// Every value has its own field: no change of one goes without a change of what is read.
    @Test func everyValueCounts() throws {
        for place in SpecFieldTests.places(of: try fullDocument()) {
            let other: JSONValue
            switch place.value {
            case .string(let text): other = .string(text + "x")
            case .number(let number): other = .number(JSONNumber(text: number.text == "3" ? "4" : "3"))
            case .bool(let flag): other = .bool(!flag)
            default: continue
            }
            var writer = JSONWriter()
            writer.value(place.replaced(other))
            let changed = try read(String(decoding: writer.bytes, as: UTF8.self)).get()
            #expect(changed != FullSpec.value, "\(place.pointer)")
        }
    }

    @Test func fractionsAndRanges() throws {
        for place in SpecFieldTests.places(of: try fullDocument()) {
            guard case .number = place.value else { continue }
            for text in ["1.0", "1e3", "18446744073709551616", "-9223372036854775809"] {
                let problems = SpecFieldTests.problems(place.replaced(.number(JSONNumber(text: text))))
                #expect(problems.count == 1)
                #expect(problems.first?.pointer == place.pointer)
                #expect(problems.first?.message.hasPrefix("must be an integer from ") == true)
            }
        }
    }

    private static let required: Set<String> = [
        "/ociVersion", "/root/path", "/mounts/1/destination", "/mounts/1/uidMappings/0/containerID",
        "/mounts/1/uidMappings/0/hostID", "/mounts/1/uidMappings/0/size", "/process/consoleSize/height",
        "/process/consoleSize/width", "/process/cwd", "/process/rlimits/0/type", "/process/rlimits/0/soft",
        "/process/rlimits/0/hard", "/process/scheduler/policy", "/process/ioPriority/class",
        "/process/ioPriority/priority", "/process/user/uid", "/process/user/gid", "/hooks/prestart/0/path",
        "/linux/namespaces/1/type", "/linux/uidMappings/0/containerID", "/linux/uidMappings/0/hostID",
        "/linux/uidMappings/0/size", "/linux/devices/0/type", "/linux/devices/0/path", "/linux/memoryPolicy/mode",
        "/linux/personality/domain", "/linux/resources/devices/1/allow",
        "/linux/resources/blockIO/weightDevice/0/major", "/linux/resources/blockIO/weightDevice/0/minor",
        "/linux/resources/blockIO/throttleReadBpsDevice/0/major",
        "/linux/resources/blockIO/throttleReadBpsDevice/0/minor",
        "/linux/resources/blockIO/throttleReadBpsDevice/0/rate", "/linux/resources/hugepageLimits/0/pageSize",
        "/linux/resources/hugepageLimits/0/limit", "/linux/resources/network/priorities/0/name",
        "/linux/resources/network/priorities/0/priority", "/linux/seccomp/defaultAction",
        "/linux/seccomp/syscalls/0/names", "/linux/seccomp/syscalls/0/action",
        "/linux/seccomp/syscalls/0/args/0/index", "/linux/seccomp/syscalls/0/args/0/value",
        "/linux/seccomp/syscalls/0/args/0/op",
    ]

    @Test func requiredFields() throws {
        let places = SpecFieldTests.places(of: try fullDocument())
        let known = Set(places.map { $0.pointer })
        #expect(SpecFieldTests.required.isSubset(of: known))
        for place in places where SpecFieldTests.required.contains(place.pointer) {
            let expected = [Problem(pointer: place.pointer, message: "is required")]
            #expect(SpecFieldTests.problems(place.replaced(nil)) == expected)
            #expect(SpecFieldTests.problems(place.replaced(.null)) == expected)
        }
    }

    /// Members that stand for a field, not for a name chosen by the writer, outside of lists that only repeat one.
    @Test func otherFieldsAreOptional() throws {
        let document = try fullDocument()
        let repeated = [
            "/gidMappings/", "/throttleWrite", "/throttleReadIOPS", "/hooks/create", "/hooks/start", "/hooks/post",
        ]
        for place in SpecFieldTests.places(of: document) where !place.pointer.isEmpty {
            let last = place.pointer.split(separator: "/").last.map(String.init) ?? ""
            let isElement = Int(last) != nil
            if isElement || SpecFieldTests.required.contains(place.pointer) { continue }
            let name = place.pointer.split(separator: "/").map { Int($0) == nil ? String($0) : "0" }.joined(
                separator: "/")
            let same = SpecFieldTests.required.contains { required in
                required.split(separator: "/").map { Int($0) == nil ? String($0) : "0" }.joined(separator: "/") == name
            }
            if same || repeated.contains(where: { place.pointer.contains($0) }) { continue }
            #expect(SpecFieldTests.problems(place.replaced(nil)) == [], "\(place.pointer)")
            let isMapEntry = ["/annotations/", "/sysctl/", "/unified/", "/rdma/", "/timeOffsets/", "/netDevices/"]
                .contains {
                    place.pointer.contains($0)
                }
            if !isMapEntry { #expect(SpecFieldTests.problems(place.replaced(.null)) == [], "\(place.pointer)") }
        }
    }
}

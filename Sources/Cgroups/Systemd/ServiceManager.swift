internal import Kernel

/// systemd, the system's or the caller's own, as the keeper of units. org.freedesktop.systemd1(5)
///
/// It costs nothing until one is made. Every wait for systemd ends after half a minute at the latest.
package struct ServiceManager: ~Copyable {
    private var bus: Bus
    private let isDirect: Bool

    static let interface = "org.freedesktop.systemd1.Manager"
    private static let name = "org.freedesktop.systemd1"
    private static let path = "/org/freedesktop/systemd1"

    private init(_ bus: consuming Bus, isDirect: Bool) {
        self.bus = bus
        self.isDirect = isDirect
    }

    /// Connects to the caller's own manager, or to the system's.
    ///
    /// - Throws: why the first of the places to try does not answer, when none does.
    package static func connect(user: Bool, environment: [String]) throws(BusError) -> ServiceManager {
        let uid = Self.outerUser
        let places = try BusAddress.candidates(user: user, uid: uid, environment: environment)
        var first: BusError?
        for place in places {
            do throws(BusError) {
                return ServiceManager(try Bus.connect(place, as: uid), isDirect: place.isDirect)
            } catch {
                if first == nil { first = error }
            }
        }
        throw first ?? BusError(name: BusError.disconnected, text: "")
    }

    /// The caller's user id as it is outside of its user namespace, where the service manager is.
    private static var outerUser: UInt32 {
        let own = Session.effectiveUser
        do throws(Errno) {
            return outerUser(own, map: try File.read("/proc/self/uid_map", limit: 1 << 16))
        } catch {
            return own
        }
    }

    /// What the map of a user namespace makes of an id; the id itself when it is not mapped. user_namespaces(7)
    static func outerUser(_ own: UInt32, map: [UInt8]) -> UInt32 {
        for line in map.split(separator: UInt8(ascii: "\n")) {
            let numbers = line.split(separator: UInt8(ascii: " ")).map { UInt32(String(decoding: $0, as: UTF8.self)) }
            guard numbers.count == 3, let inside = numbers[0], let outside = numbers[1], let count = numbers[2] else {
                continue
            }
            if own >= inside, own - inside < count { return outside &+ (own - inside) }
        }
        return own
    }

    /// Whether the user's own manager is the one to ask: the system's serves root of the first user namespace only.
    package static var isOfUser: Bool {
        if Session.effectiveUser != 0 { return true }
        do throws(Errno) {
            return try !Namespace.startedInFirstUserNamespace()
        } catch {
            return false
        }
    }

    /// Makes a scope and waits until it is there, its processes in it.
    ///
    /// One of that name that has failed or ended is put aside; one that is active is an error.
    package mutating func start(_ unit: SystemdUnit, _ properties: [UnitProperty]) throws(BusError) {
        try watchJobs(of: unit.name)
        try awaitEnd(try requestStart(unit, properties), of: unit.name, over: false)
    }

    private mutating func requestStart(
        _ unit: SystemdUnit, _ properties: [UnitProperty]
    ) throws(BusError) -> [BusValue] {
        do throws(BusError) {
            return try call(start: unit, properties)
        } catch {
            if error.isUnitExists {
                guard try isOver(unit.name) else { throw error }
                try resetFailed(unit.name)
                return try call(start: unit, properties)
            }
            guard let known = try known(properties) else { throw error }
            return try call(start: unit, known)
        }
    }

    private mutating func call(start unit: SystemdUnit, _ properties: [UnitProperty]) throws(BusError) -> [BusValue] {
        // Nothing waits in the queue for a unit that did not exist, but nothing may be replaced either.
        try call(
            "StartTransientUnit",
            [
                .string(unit.name), .string("fail"), UnitProperty.list(properties),
                .array(of: "(sa(sv))", []),
            ])
    }

    /// Ends a unit and waits until it has. That there is none is no error.
    package mutating func stop(_ name: String) throws(BusError) {
        try watchJobs(of: name)
        do throws(BusError) {
            try awaitEnd(try call("StopUnit", [.string(name), .string("replace")]), of: name, over: true)
        } catch {
            guard error.name == BusError.noSuchUnit else { throw error }
        }
        try resetFailed(name)
    }

    /// Changes properties of a unit until the machine's next start, or its own end.
    package mutating func set(_ properties: [UnitProperty], of name: String) throws(BusError) {
        do throws(BusError) {
            try call(set: properties, of: name)
        } catch {
            guard let known = try known(properties) else { throw error }
            try call(set: known, of: name)
        }
    }

    private mutating func call(set properties: [UnitProperty], of name: String) throws(BusError) {
        _ = try call("SetUnitProperties", [.string(name), .boolean(true), UnitProperty.list(properties)])
    }

    /// The properties without those that this systemd is too old for; nil when it is too old for none.
    ///
    /// Only asked when a call has failed: a systemd of today knows them all, and its version costs a call.
    private mutating func known(_ properties: [UnitProperty]) throws(BusError) -> [UnitProperty]? {
        guard properties.contains(where: { $0.since > 0 }) else { return nil }
        let version = try version()
        let known = properties.filter { $0.since <= version }
        return known.count < properties.count ? known : nil
    }

    /// systemd's version: 257.
    package mutating func version() throws(BusError) -> Int {
        Self.version(from: try property("Version", of: Self.interface, at: Self.path))
    }

    /// The number in `257.9-1~deb13u1` or `v245`; 0 when there is none.
    static func version(from text: String) -> Int {
        var number = 0
        for byte in text.utf8.drop(while: { $0 == UInt8(ascii: "v") }) {
            guard (0x30...0x39).contains(byte), number < 100_000 else { break }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    /// The cgroup that the manager has its units in, below the top of the tree; empty for the top.
    package mutating func topCgroup() throws(BusError) -> String {
        try property("ControlGroup", of: Self.interface, at: Self.path)
    }

    /// Whether the unit is none that runs: it has ended, or is not loaded any more.
    private mutating func isOver(_ name: String) throws(BusError) -> Bool {
        do throws(BusError) {
            guard case .some(.objectPath(let path)) = try call("GetUnit", [.string(name)]).first else { return false }
            let state = try property("ActiveState", of: "org.freedesktop.systemd1.Unit", at: path)
            return state == "failed" || state == "inactive"
        } catch {
            if error.name == BusError.noSuchUnit { return true }
            throw error
        }
    }

    private mutating func resetFailed(_ name: String) throws(BusError) {
        do throws(BusError) {
            _ = try call("ResetFailedUnit", [.string(name)])
        } catch {
            guard error.name == BusError.noSuchUnit else { throw error }
        }
    }

    /// Asks the bus to pass on what systemd says of the unit's jobs; on a direct connection it comes anyway.
    private mutating func watchJobs(of name: String) throws(BusError) {
        guard !isDirect else { return }
        let rule =
            "type='signal',sender='\(Self.name)',path='\(Self.path)',interface='\(Self.interface)',member='JobRemoved',arg2='\(name)'"
        try bus.tell(
            "AddMatch", of: "org.freedesktop.DBus", at: "/org/freedesktop/DBus", destination: "org.freedesktop.DBus",
            [.string(rule)])
    }

    /// Waits for the end of the job that a call was answered with, which is to leave the unit over or running.
    ///
    /// A systemd that reads its units again in the meantime may tell nobody: where nothing is heard for a while, it is
    /// asked.
    private mutating func awaitEnd(_ job: [BusValue], of unit: String, over: Bool) throws(BusError) {
        guard case .some(.objectPath(let path)) = job.first else {
            throw BusError(name: "systemd's answer names no job", text: "")
        }
        let deadline = Clock.monotonic + Int64(Bus.patience) * 1_000_000
        while Clock.monotonic < deadline {
            if try hearsEnd(of: path, before: min(deadline, Clock.monotonic + Self.silence)) { return }
            guard try !exists(job: path) else { continue }
            // What was told while it was asked says more.
            if try hearsEnd(of: path, before: 0) { return }
            if try isOver(unit) == over { return }
            throw BusError(name: "systemd's job has ended without effect", text: "")
        }
        throw .late("the job has not ended", milliseconds: Bus.patience)
    }

    /// How long to wait for a word about a job before asking, in nanoseconds.
    private static let silence: Int64 = 1_000_000_000

    /// Whether systemd says before the deadline that the job is done.
    ///
    /// - Throws: the job's result, when it is another one.
    private mutating func hearsEnd(of job: String, before deadline: Int64) throws(BusError) -> Bool {
        while let signal = try bus.receiveSignal(before: deadline) {
            // JobRemoved(u id, o job, s unit, s result)
            guard signal.arguments.count == 4, signal.arguments[1] == .objectPath(job),
                case .string(let result) = signal.arguments[3]
            else { continue }
            if result == "done" { return true }
            throw BusError(name: "systemd's job ended with the result \"\(result)\"", text: "")
        }
        return false
    }

    private mutating func exists(job: String) throws(BusError) -> Bool {
        do throws(BusError) {
            _ = try property("State", of: "org.freedesktop.systemd1.Job", at: job)
            return true
        } catch {
            guard error.name == BusError.noSuchObject else { throw error }
            return false
        }
    }

    private mutating func property(_ name: String, of interface: String, at path: String) throws(BusError) -> String {
        let answer = try bus.call(
            "Get", of: "org.freedesktop.DBus.Properties", at: path, destination: Self.name,
            [.string(interface), .string(name)])
        guard case .some(.variant(.string(let value))) = answer.first else { return "" }
        return value
    }

    private mutating func call(_ method: String, _ arguments: [BusValue]) throws(BusError) -> [BusValue] {
        try bus.call(method, of: Self.interface, at: Self.path, destination: Self.name, arguments)
    }
}

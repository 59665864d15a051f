import CLinux
import Glibc

/// What is done with one container in a round.
enum Mode: UInt8, CaseIterable {
    case run
    case lifecycle

    var name: String {
        switch self {
        case .run: "run"
        case .lifecycle: "lifecycle"
        }
    }

    var title: String {
        switch self {
        case .run: "run of /bin/true"
        case .lifecycle: "create; start; /bin/true ends; delete"
        }
    }
}

/// A runtime under measurement: the name it has in the report, and its program.
struct Runtime {
    let name: String
    let path: String

    /// The floor knows only `run`.
    var isFloor: Bool { name == "floor" }
    /// crun refuses a host with both cgroup versions, unless it cannot see the second.
    var wantsPrivateView: Bool { name.hasPrefix("crun") }
}

/// The command line, understood.
struct Options {
    enum Command {
        case help
        case measure(Options)
    }

    var runtimes: [Runtime] = []
    var iterations = 50
    var warmups = 5
    var modes: [Mode] = Mode.allCases
    var seccomp = false
    var config: String?
    var scratch: String?
    var against: String?
    var json = false

    static let usage = """
        usage: apus-bench --runtime NAME=PATH [--runtime NAME=PATH ...] [options]

        Measures what runtimes spend on a container that runs /bin/true, taking turns so that all of them meet the
        same load. CPU time is user and system time of every process that the runtime starts, the container's init
        included; wall time is from the first command to the end of the last process. Needs root.

          --runtime NAME=PATH   a runtime; the first is compared with the second, its first peer
          --against NAME        compare all with this one instead
          --mode MODE           run, lifecycle (create; start; the program ends; delete) or all (default)
          --iterations N        measured rounds for each mode (default 50)
          --warmups N           rounds before them, which give only the peak RSS (default 5, at least 1)
          --seccomp             Docker's bundle: seccomp profile, 14 capabilities, masked paths
          --config FILE         another config.json, which ends by itself; its root is "rootfs"
          --scratch DIR         where the bundle and the state go (default /dev/shm, where it is a tmpfs, else /tmp)
          --json                print JSON, with every sample, instead of tables
          --help                this text

        The name decides two things: "floor" is measured in mode run only, and a name that begins with "crun" gets, on
        a host with cgroup v1 and v2 together, its own mount namespace in which the v2 tree is hidden (crun refuses to
        start otherwise). The host's mounts stay as they are.

        """

    static func parse(_ arguments: [String]) throws(BenchError) -> Command {
        var options = Options()
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": return .help
            case "--seccomp": options.seccomp = true
            case "--json": options.json = true
            default:
                guard let value = rest.popFirst() else {
                    throw BenchError("unknown option, or an option without its value: \(argument) (see --help)")
                }
                try options.set(argument, value)
            }
        }
        try options.check()
        return .measure(options)
    }

    private mutating func set(_ option: String, _ value: String) throws(BenchError) {
        switch option {
        case "--runtime": runtimes.append(try Self.runtime(value))
        case "--iterations": iterations = try Self.count(option, value)
        case "--warmups": warmups = try Self.count(option, value)
        case "--mode":
            if value == "all" { break }
            guard let mode = Mode.allCases.first(where: { $0.name == value }) else {
                throw BenchError("--mode \(value): expected run, lifecycle or all")
            }
            modes = [mode]
        case "--config": config = value
        case "--scratch": scratch = value
        case "--against": against = value
        default: throw BenchError("unknown option \(option) (see --help)")
        }
    }

    private func check() throws(BenchError) {
        guard !runtimes.isEmpty else { throw BenchError("no --runtime NAME=PATH given (see --help)") }
        for (index, runtime) in runtimes.enumerated() {
            if runtimes[..<index].contains(where: { $0.name == runtime.name }) {
                throw BenchError("--runtime \(runtime.name): this name was given twice")
            }
        }
        if let against, !runtimes.contains(where: { $0.name == against }) {
            throw BenchError("--against \(against): no --runtime has this name")
        }
        if seccomp, config != nil { throw BenchError("--seccomp and --config each name a config.json: give one") }
        if geteuid() != 0 { throw BenchError("root is needed to run the containers") }
    }

    private static func runtime(_ value: String) throws(BenchError) -> Runtime {
        guard let equals = value.firstIndex(of: "="), equals != value.startIndex else {
            throw BenchError("--runtime \(value): expected NAME=PATH")
        }
        let name = String(value[..<equals])
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                continue
            default: throw BenchError("--runtime \(value): a name is made of letters, digits, '-', '.' and '_'")
            }
        }
        let path = try Files.absolute(String(value[value.index(after: equals)...]))
        guard Files.isProgram(path) else {
            throw BenchError("--runtime \(name): \(path) is not a program that can be run")
        }
        return Runtime(name: name, path: path)
    }

    private static func count(_ option: String, _ value: String) throws(BenchError) -> Int {
        guard let number = Int(value), (1...1_000_000).contains(number) else {
            throw BenchError("\(option) \(value): expected a number from 1 to 1000000")
        }
        return number
    }

    /// What the bundle is called in reports.
    var bundleName: String { config ?? (seccomp ? "Docker's bundle with seccomp" : "default bundle") }

    /// The config.json to measure with: the one given, or one of the two that lie beside this program's source.
    func configPath() throws(BenchError) -> String {
        if let config { return try Files.absolute(config) }
        let name = seccomp ? "docker-config.json" : "default-config.json"
        for start in [try Files.ownDirectory(), try Files.absolute(".")] {
            var directory = start
            while true {
                let candidate = "\(directory)/conformance/bench/\(name)"
                if cl_faccessat(AT_FDCWD, candidate, R_OK, 0) == 0 { return candidate }
                guard let slash = directory.lastIndex(of: "/") else { break }
                directory = String(directory[..<slash])
            }
        }
        throw BenchError("conformance/bench/\(name) is neither above this program nor above here: give it as --config")
    }

    /// The runtime that the others are compared with.
    var reference: String { against ?? runtimes[min(1, runtimes.count - 1)].name }
}

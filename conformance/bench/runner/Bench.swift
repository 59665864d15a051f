import CLinux
import Glibc

/// `apus-bench`: what runtimes spend on a container, side by side.
@main
enum Bench {
    static func main() {
        do throws(BenchError) {
            switch try Options.parse(CommandLine.arguments) {
            case .help: Output.write(Options.usage)
            case .measure(let options): exit(try measure(options))
            }
        } catch {
            Output.complain(error.message)
            exit(1)
        }
    }

    /// Measures everything, prints the report, removes what was made; the exit status.
    private static func measure(_ options: Options) throws(BenchError) -> Int32 {
        let signals = try InterruptSignals()
        let scratch = try Scratch(below: options.scratch, config: try options.configPath())
        defer { scratch.remove() }

        var lanes: [Lane] = []
        defer { for lane in lanes { lane.stop() } }
        for runtime in options.runtimes {
            lanes.append(try Lane.start(runtime, scratch: scratch))
        }

        var results: [Result] = []
        for mode in options.modes {
            let taking = lanes.filter { mode == .run || !$0.runtime.isFloor }
            guard !taking.isEmpty else { continue }
            let measured = try Rounds(mode: mode, lanes: taking, signals: signals).take(options)
            results.append(contentsOf: measured)
            if signals.arrived { break }
        }
        if signals.arrived {
            Output.complain("interrupted")
            return 130
        }
        let report = Report(options: options, results: results)
        Output.write(options.json ? report.json() : report.table())
        return 0
    }
}

/// What stopped the benchmark, in one line.
struct BenchError: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// A system call's failure: what was being done, and the kernel's reason.
    init(_ doing: String, errno code: Int) {
        message = "\(doing): \(String(cString: strerror(Int32(-code))))"
    }
}

import CLinux
import Glibc

extension Promise {
    /// Promises of seccomp's filters.
    static var ofFilters: [Promise] { ofActions + ofConditions + ofWords + ofLoading }

    private static func seccomp(_ names: String...) -> [String] { names.map { "seccomp: " + $0 } }

    private static let loaded = seccomp(
        "with noNewPrivileges", "without noNewPrivileges", "as an ordinary user, with noNewPrivileges",
        "as an ordinary user, without it", "holds for children and programs started later", "the host sees the filter",
        "one filter, not more", "each known flag is taken",
        "a foreign architecture's call is killed when not listed",
        "a profile of the size of Docker's: it holds")

    /// Another filter.
    private static func filter(
        _ name: String, _ breach: String, _ cases: [String], _ change: @escaping (inout JSON) -> Void
    ) -> Promise {
        .config("filters." + name, breach, cases) { config in
            guard var filter = config["linux", "seccomp"] else { return }
            change(&filter)
            config["linux", "seccomp"] = filter
        }
    }

    private static var ofActions: [Promise] {
        func action(_ rule: inout JSON, _ from: [String], _ to: String) {
            if from.contains(where: { rule["action"] == .text("SCMP_ACT_" + $0) }) {
                rule["action"] = .text("SCMP_ACT_" + to)
            }
        }
        return [
            filter("zero", "errnoRet 0 is none", seccomp("ERRNO with errnoRet 0")) { filter in
                filter.each("syscalls") { if $0["errnoRet"] == 0 { $0["errnoRet"] = nil } }
            },
            filter("log", "LOG refuses", seccomp("LOG lets the call through")) { filter in
                filter.each("syscalls") { action(&$0, ["LOG"], "ERRNO") }
            },
            filter("mild", "what should kill refuses", seccomp("KILL", "KILL_THREAD", "KILL_PROCESS", "TRAP")) {
                filter in
                filter.each("syscalls") { action(&$0, ["KILL", "KILL_THREAD", "KILL_PROCESS", "TRAP"], "ERRNO") }
            },
            filter("trace", "TRACE lets the call through", seccomp("TRACE without a tracer")) { filter in
                filter.each("syscalls") { rule in
                    if rule["action"] == "SCMP_ACT_TRACE" { rule["errnoRet"] = nil }
                    action(&rule, ["TRACE"], "ALLOW")
                }
            },
            filter("empty", "a filter without rules refuses", seccomp("defaultAction ALLOW and nothing else")) {
                filter in
                if filter["syscalls"] == nil {
                    filter["syscalls"] = [["names": ["getppid"], "action": "SCMP_ACT_ERRNO"]]
                }
            },
            filter("default", "what is not listed is allowed", seccomp("a profile of the size of Docker's: it holds")) {
                filter in
                filter["defaultAction"] = "SCMP_ACT_ALLOW"
                filter["defaultErrnoRet"] = nil
                filter.keep("syscalls") { $0["action"] != "SCMP_ACT_ALLOW" }
            },
            filter(
                "cut", "of a rule's calls the first hundred count",
                seccomp("a profile of the size of Docker's: the program runs")
            ) { filter in
                filter.each("syscalls") { rule in
                    rule["names"] = rule["names"]?.strings.map { JSON(Array($0.prefix(100))) }
                }
            },
        ]
    }

    private static var ofConditions: [Promise] {
        let operators = ["NE", "LT", "LE", "EQ", "GE", "GT"]
        let others = ["EQ", "LE", "LT", "NE", "GT", "GE"]
        return [
            filter(
                "operators", "operators mean the neighbouring ones",
                operators.map { "seccomp: operator SCMP_CMP_" + $0 }
            ) { filter in
                filter.each("syscalls") { rule in
                    rule.each("args") { condition in
                        let word = String((condition["op"]?.string ?? "").dropFirst(9))
                        guard let place = operators.firstIndex(of: word) else { return }
                        condition["op"] = .text("SCMP_CMP_" + others[place])
                    }
                }
            },
            filter(
                "first", "conditions but the first are passed over",
                seccomp("several conditions must all hold", "several conditions on one argument")
            ) { filter in
                filter.each("syscalls") { rule in
                    if let first = rule["args"]?.elements?.first { rule["args"] = [first] }
                }
            },
            filter("half", "conditions are of 32 bits", seccomp("a condition of 64 bits")) { filter in
                filter.each("syscalls") { rule in
                    rule.each("args") { condition in
                        guard let value = condition["value"]?.unsigned else { return }
                        condition["value"] = .number(String(value & 0xffff_ffff))
                    }
                }
            },
            filter(
                "index", "conditions on no argument are passed over", seccomp("an argument index beyond 5 is refused")
            ) {
                filter in
                filter.each("syscalls") { $0.keep("args") { $0["index"]?.int ?? 0 < 6 } }
            },
        ]
    }

    private static var ofWords: [Promise] {
        [
            filter(
                "words", "unknown words are passed over",
                seccomp(
                    "an unknown default action is refused", "an unknown operator is refused",
                    "an unknown architecture is refused")
            ) { filter in
                if !JSON.seccompActions.contains(filter["defaultAction"]?.string ?? "") {
                    filter["defaultAction"] = "SCMP_ACT_ALLOW"
                }
                filter.keep("architectures") { architecture in
                    ["X86_64", "X86", "X32", "AARCH64"].contains { architecture == .text("SCMP_ARCH_" + $0) }
                }
                filter.each("syscalls") { rule in
                    rule.keep("args") { condition in
                        ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"].contains {
                            condition["op"] == .text("SCMP_CMP_" + $0)
                        }
                    }
                }
            },
            filter(
                "notify", "NOTIFY without an agent is passed over", seccomp("NOTIFY without listenerPath is refused")
            ) {
                filter in
                if filter["listenerPath"] == nil { filter.keep("syscalls") { $0["action"] != "SCMP_ACT_NOTIFY" } }
            },
            Promise("filters.silent", "there are no warnings", seccomp("an unknown call is a warning")) { call in
                guard call.creates else { return call.real() }
                if let log = call.log { File.write("", to: log) }
                let status = call.quietly([call.verb] + call.words)
                if status == 0, let log = call.log { File.write("", to: log) }
                return status
            },
            filter("flags", "flags are not known", seccomp("each known flag is taken")) { filter in
                if filter["flags"] != nil { filter["flags"] = ["none"] }
            },
        ]
    }

    private static var ofLoading: [Promise] {
        [
            .config("filters.none", "there is no filter", loaded) { $0["linux", "seccomp"] = nil },
            .config(
                "filters.privileges", "with a filter there are no new privileges",
                seccomp("without noNewPrivileges", "as an ordinary user, without it")
            ) { config in
                if config["linux", "seccomp"] != nil { config["process", "noNewPrivileges"] = true }
            },
            .config(
                "filters.early", "the filter is there before the user is set",
                seccomp("does not stop the runtime's own steps")
            ) { config in
                if config["linux", "seccomp"] != nil { config["process", "noNewPrivileges"] = false }
            },
            filter(
                "foreign", "every architecture may call",
                seccomp("a foreign architecture's call is killed when not listed")
            ) { filter in
                if filter["architectures"] != nil { filter["architectures"] = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"] }
            },
            Promise(
                "filters.more", "the runtime loads a filter of its own first",
                seccomp("one filter, not more", "absent: no filter")
            ) { call in
                if call.creates { Invocation.loadFilter() }
                return call.real()
            },
            remembering("once", "a filter is loaded once", "a filter is the same when it is used again") {
                used, filter in
                used == nil ? filter : nil
            },
            remembering("oldest", "all have the first one's filter", "two containers with different filters") {
                used, filter in used ?? filter
            },
        ]
    }

    /// Another filter, by what the first container had.
    private static func remembering(
        _ name: String, _ breach: String, _ title: String, _ choice: @escaping (JSON?, JSON) -> JSON?
    ) -> Promise {
        Promise("filters." + name, breach, ["seccomp: " + title]) { call in
            let note = call.memory + "/filter"
            guard call.creates, var config = call.config, let filter = config["linux", "seccomp"] else {
                return call.real()
            }
            let used = File.text(note).flatMap { JSONReader.value($0) }
            if used == nil { File.write(filter.compact, to: note) }
            config["linux", "seccomp"] = choice(used, filter)
            return call.real(with: config)
        }
    }
}

extension Invocation {
    /// Loads a filter that allows everything, which what is called inherits: seccomp(2).
    fileprivate static func loadFilter() {
        // struct sock_filter {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}
        var program: [UInt64] = [0x7fff_0000 << 32 | 0x06]
        program.withUnsafeMutableBytes { code in
            // struct sock_fprog {1, code}
            var whole: [UInt64] = [1, UInt64(UInt(bitPattern: code.baseAddress))]
            whole.withUnsafeMutableBytes { whole in
                _ = cl_prctl(PR_SET_SECCOMP, 2, UInt(bitPattern: whole.baseAddress), 0, 0)
            }
        }
    }
}

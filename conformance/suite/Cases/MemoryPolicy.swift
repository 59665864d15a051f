import CLinux
import Glibc

extension Group {
    static var ofMemoryPolicy: Group {
        var cases: [Case] = []
        for row in modes {
            cases.append(Case("\(row.name)", "config-linux.md, Memory policy: mode") { showsPolicy($0, row) })
        }
        for row in wrong {
            let value = row.value
            cases.append(
                Case("\(row.name) is refused", "config-linux.md, Memory policy; set_mempolicy(2)") { t in
                    t.refused(saying: ["memoryPolicy"]) { $0["linux", "memoryPolicy"] = JSONReader.value(value) }
                })
        }
        return Group(
            "memory policy",
            cases + [Case("a program put into the container has it", "exec: the container's policy", ofExec)])
    }
}

/// A policy, and what /proc/PID/numa_maps shows of it.
private struct Shown: Sendable {
    let policy: String
    let words: String
}

private let modes: [Row<Shown>] = [
    Row("MPOL_DEFAULT", Shown(policy: #"{"mode":"MPOL_DEFAULT"}"#, words: "default")),
    Row("MPOL_LOCAL", Shown(policy: #"{"mode":"MPOL_LOCAL"}"#, words: "local")),
    Row("MPOL_BIND", Shown(policy: #"{"mode":"MPOL_BIND","nodes":"0"}"#, words: "bind:0")),
    Row("MPOL_PREFERRED", Shown(policy: #"{"mode":"MPOL_PREFERRED","nodes":"0"}"#, words: "prefer:0")),
    Row("MPOL_PREFERRED without nodes", Shown(policy: #"{"mode":"MPOL_PREFERRED","nodes":""}"#, words: "local")),
    Row("MPOL_INTERLEAVE", Shown(policy: #"{"mode":"MPOL_INTERLEAVE","nodes":"0"}"#, words: "interleave:0")),
    Row(
        "MPOL_PREFERRED_MANY", Shown(policy: #"{"mode":"MPOL_PREFERRED_MANY","nodes":"0"}"#, words: "prefer (many):0")),
    Row(
        "MPOL_WEIGHTED_INTERLEAVE",
        Shown(policy: #"{"mode":"MPOL_WEIGHTED_INTERLEAVE","nodes":"0"}"#, words: "weighted interleave:0")),
    Row(
        "MPOL_F_STATIC_NODES",
        Shown(policy: #"{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES"]}"#, words: "bind=static:0")),
    Row(
        "MPOL_F_RELATIVE_NODES",
        Shown(
            policy: #"{"mode":"MPOL_INTERLEAVE","nodes":"0","flags":["MPOL_F_RELATIVE_NODES"]}"#,
            words: "interleave=relative:0")),
    Row(
        "MPOL_F_NUMA_BALANCING",
        Shown(
            policy: #"{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_NUMA_BALANCING"]}"#, words: "bind=balancing:0")),
]

private let wrong: [Row<String>] = [
    Row("a policy without a mode", #"{"nodes":"0"}"#),
    Row("an unknown mode", #"{"mode":"MPOL_BANANA"}"#),
    Row("an unknown flag", #"{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_BANANA"]}"#),
    Row("MPOL_BIND without nodes", #"{"mode":"MPOL_BIND"}"#),
    Row("MPOL_INTERLEAVE without nodes", #"{"mode":"MPOL_INTERLEAVE","nodes":""}"#),
    Row("MPOL_DEFAULT with nodes", #"{"mode":"MPOL_DEFAULT","nodes":"0"}"#),
    Row("MPOL_LOCAL with nodes", #"{"mode":"MPOL_LOCAL","nodes":"0"}"#),
    Row("a node that is not there", #"{"mode":"MPOL_BIND","nodes":"1000"}"#),
    Row("a list of nodes that is none", #"{"mode":"MPOL_BIND","nodes":"0,,1"}"#),
    Row(
        "static and relative nodes at once",
        #"{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES","MPOL_F_RELATIVE_NODES"]}"#),
]

/// The policy of a process, as the first memory area in its numa_maps shows it.
private func shown(in maps: String) -> String {
    let line = maps.split(separator: "\n").first ?? ""
    guard let start = line.firstIndex(of: " ") else { return "" }
    var words = String(line[line.index(after: start)...])
    for end in [" file=", " anon=", " heap", " stack", " kernelpagesize"] {
        if let cut = range(of: end, in: words) { words = String(words[..<cut]) }
    }
    return words
}

private func range(of part: String, in text: String) -> String.Index? {
    var index = text.startIndex
    while index < text.endIndex {
        if text[index...].hasPrefix(part) { return index }
        index = text.index(after: index)
    }
    return nil
}

private func showsPolicy(_ t: Trial, _ row: Row<Shown>) {
    if !File.exists("/proc/self/numa_maps") { t.skip("this kernel has no NUMA policies") }
    let box = t.running { $0["linux", "memoryPolicy"] = JSONReader.value(row.value.policy) }
    t.equal(shown(in: File.text("/proc/\(box.pid)/numa_maps") ?? ""), row.value.words, "policy of the program")
}

private func ofExec(_ t: Trial) {
    if !File.exists("/proc/self/numa_maps") { t.skip("this kernel has no NUMA policies") }
    let box = t.running { $0["linux", "memoryPolicy"] = ["mode": "MPOL_BIND", "nodes": "0"] }
    let outcome = t.runtime("exec", box.id, "/bin/cat", "/proc/self/numa_maps")
    t.requireSuccess(outcome)
    t.equal(shown(in: outcome.stdout), "bind:0", "policy of the new program")
}

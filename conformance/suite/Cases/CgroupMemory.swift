var cgroupMemoryCases: [Case] {
    [
        Case("memory: limit", "config-linux.md, Memory", limit),
        Case("memory: reservation", "config-linux.md, Memory", reservation),
        Case("memory: swap is of both together", "config-linux.md, Memory: limit of memory+Swap usage", swap),
        Case("memory: -1 is no limit", "config-linux.md, Memory: -1 for unlimited", unlimited),
        Case("memory: swap that cannot be is refused", "config.md, Valid values", wrongSwap),
        Case("memory: a program that takes too much is killed", "cgroup-v2.rst, memory.max", hog),
        Case("memory: a program that takes less is not", "cgroup-v2.rst, memory.max", modest),
        Case("memory: swap is taken as far as it is allowed", "cgroup-v2.rst, memory.swap.max", swapping),
        Case("memory: less than set-up takes is enough for a small program", "cgroup-v2.rst, memory.max", small),
        Case("memory: what is copied while it is set up counts", "cgroup-v2.rst, memory.max", copied),
        Case("memory: a limit that start runs into is told", "runtime.md, Errors", toldByStart),
        Case("memory: fields of version 1 alone do not fail it", "config-linux.md, Memory", version1),
    ]
}

private let mebibyte = 1 << 20

private func limit(_ t: Trial) {
    t.tree(with: "memory")
    t.sets(["memory": ["limit": JSON(64 * mebibyte)]], [("memory.max", "67108864")])
    t.sets(["memory": ["limit": JSON(2 * mebibyte)]], [("memory.max", "2097152")])
    // The kernel counts pages.
    t.sets(["memory": ["limit": JSON(64 * mebibyte + 1)]], [("memory.max", "67108864")])
    t.sets(["memory": ["limit": 0]], [("memory.max", "max")])
}

private func reservation(_ t: Trial) {
    t.tree(with: "memory")
    t.sets(
        ["memory": ["reservation": JSON(8 * mebibyte)]], [("memory.low", "8388608"), ("memory.max", "max")])
}

private func swap(_ t: Trial) {
    t.tree(with: "memory")
    for (both, own) in [(64, "33554432"), (32, "0")] {
        t.sets(
            ["memory": ["limit": JSON(32 * mebibyte), "swap": JSON(both * mebibyte)]],
            [("memory.max", "33554432"), ("memory.swap.max", own)])
    }
    t.sets(
        ["memory": ["limit": JSON(32 * mebibyte), "swap": -1]],
        [("memory.max", "33554432"), ("memory.swap.max", "max")])
}

private func unlimited(_ t: Trial) {
    t.tree(with: "memory")
    t.sets(
        ["memory": ["limit": -1, "reservation": -1, "swap": -1]],
        [("memory.max", "max"), ("memory.low", "max"), ("memory.swap.max", "max")])
}

private func wrongSwap(_ t: Trial) {
    t.refused(saying: ["swap"]) { $0.limit(["memory": ["swap": JSON(mebibyte)]]) }
    t.refused(saying: ["swap"]) { $0.limit(["memory": ["limit": JSON(32 * mebibyte), "swap": JSON(mebibyte)]]) }
    t.refused { $0.limit(["memory": ["limit": -2]]) }
}

/// Touches so many mebibytes at once.
private func taking(_ mebibytes: Int) -> String {
    "/bin/busybox dd if=/dev/zero of=/dev/null bs=\(mebibytes)M count=1 2>/dev/null"
}

private var noSwap: JSON { ["memory": ["limit": JSON(32 * mebibyte), "swap": JSON(32 * mebibyte)]] }

private func hog(_ t: Trial) {
    t.tree(with: "memory")
    let box = t.shell(taking(64) + "; echo status $?; /bin/busybox sleep 100", noSwap)
    t.eventually("the program ends", within: 10_000) { File.text(box.output)?.hasSuffix("\n") == true }
    t.equal(File.text(box.output), "status 137\n", "what the shell says of the program")
    t.expect(t.count("oom_kill", in: "memory.events", of: box) > 0, "oom_kill in memory.events: expected 1 or more")
}

private func modest(_ t: Trial) {
    t.tree(with: "memory")
    let box = t.shell(taking(16) + "; echo status $?; /bin/busybox sleep 100", noSwap)
    t.eventually("the program ends", within: 10_000) { File.text(box.output) == "status 0\n" }
    t.equal(t.count("oom_kill", in: "memory.events", of: box), 0, "oom_kill in memory.events")
}

/// Twice the limit: it ends well only where the rest may be swapped out.
private func swapping(_ t: Trial) {
    t.tree(with: "memory")
    guard (File.text("/proc/swaps") ?? "").split(separator: "\n").count > 1 else { t.skip("the host has no swap") }
    let box = t.shell(
        taking(64) + "; echo status $?; /bin/busybox sleep 100",
        ["memory": ["limit": JSON(32 * mebibyte), "swap": JSON(128 * mebibyte)]])
    t.eventually("the program ends", within: 10_000) { File.text(box.output) == "status 0\n" }
    t.equal(t.count("oom_kill", in: "memory.events", of: box), 0, "oom_kill in memory.events")
    t.expect((Int(t.setting("memory.swap.peak", of: box) ?? "") ?? 0) > mebibyte, "memory.swap.peak: expected some")
}

private func small(_ t: Trial) {
    t.tree(with: "memory")
    let box = t.container(program: ["/bin/busybox", "true"]) { $0.limit(["memory": ["limit": JSON(mebibyte)]]) }
    t.expectSuccess(box.run())
}

/// Most of what a tmpfs is filled with cannot be given back.
private func copied(_ t: Trial) {
    t.tree(with: "memory")
    let box = t.container { config in
        config.limit(["memory": ["limit": JSON(2 * mebibyte), "swap": JSON(2 * mebibyte)]])
        config.mount("/data", "tmpfs", "tmpfs", ["tmpcopyup"])
    }
    File.makeDirectory(box.rootfs + "/data")
    File.write(String(repeating: "x", count: 24 * mebibyte), to: box.rootfs + "/data/large")
    let outcome = t.refused(box, saying: ["/linux/resources/memory/limit"])
    t.expect(!outcome.stderr.contains("timed out"), "a death is no time-out")
}

/// The hook is in the container's cgroup, and takes twice the limit.
private func toldByStart(_ t: Trial) {
    t.tree(with: "memory")
    let box = t.container { config in
        config.limit(noSwap)
        config["hooks"] = ["startContainer": [["path": "/bin/busybox", "args": ["sh", "-c", .text(taking(64))]]]]
    }
    t.requireSuccess(box.create())
    t.expectFailure(box.start(), saying: "/linux/resources/memory/limit")
}

private func version1(_ t: Trial) {
    let box = t.container { config in
        config.limit(["memory": ["kernel": -1, "kernelTCP": -1, "disableOOMKiller": false, "useHierarchy": true]])
    }
    t.expectSuccess(box.create())
}

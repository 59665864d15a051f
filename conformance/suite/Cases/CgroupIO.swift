import CLinux

var cgroupIOCases: [Case] {
    [
        Case("io: weight", "config-linux.md, Block IO", weight),
        Case("io: weight of a device", "config-linux.md, Block IO: weightDevice", deviceWeight),
        Case("io: four throttles", "config-linux.md, Block IO", throttles),
        Case("io: a throttle slows reading down", "cgroup-v2.rst, io.max", slowReading),
        Case("io: a device that is not there is refused", "config.md, Valid values", absent),
        Case("io: wrong weights are refused", "config.md, Valid values", wrongWeights),
        Case("io: weights of leaves are refused", "cgroup v2 has none", leaves),
    ]
}

/// The numbers of a whole disk of the host's.
private func disk(_ t: Trial) -> (name: String, major: Int, minor: Int) {
    t.tree(with: "io")
    // A spare one is the last, if there is one.
    for name in (File.list("/sys/block") ?? []).sorted(by: >) {
        guard name.hasPrefix("vd") || name.hasPrefix("sd") || name.hasPrefix("nvme") else { continue }
        guard let text = File.text("/sys/block/\(name)/dev") else { continue }
        let numbers = text.split { $0 == ":" || $0 == "\n" }.compactMap { Int($0) }
        if numbers.count == 2 { return (name, numbers[0], numbers[1]) }
    }
    t.skip("the host has no disk")
}

private func weight(_ t: Trial) {
    t.tree(with: "io")
    for (weight, scaled) in [(10, "1"), (500, "4950"), (1000, "10000")] {
        let box = t.container("c\(weight)") { $0.limit(["blockIO": ["weight": JSON(weight)]]) }
        t.requireSuccess(box.create())
        if let old = t.setting("io.bfq.weight", of: box) {
            t.equal(old.split(separator: "\n").first.map(String.init), "default \(weight)", "io.bfq.weight")
        } else {
            t.equal(t.setting("io.weight", of: box), "default " + scaled, "io.weight")
        }
    }
}

private func deviceWeight(_ t: Trial) {
    let disk = disk(t)
    let box = t.container { config in
        config.limit([
            "blockIO": ["weightDevice": [["major": JSON(disk.major), "minor": JSON(disk.minor), "weight": 500]]]
        ])
    }
    let outcome = box.create()
    // Without a scheduler that has weights the kernel takes none for a device.
    if File.text("/sys/block/\(disk.name)/queue/scheduler")?.contains("[bfq]") != true, !outcome.succeeded {
        return t.expectFailure(outcome, saying: "weight")
    }
    t.requireSuccess(outcome)
    let lines = (t.setting("io.bfq.weight", of: box) ?? "") + "\n" + (t.setting("io.weight", of: box) ?? "")
    let wanted = ["\(disk.major):\(disk.minor) 500", "\(disk.major):\(disk.minor) 4950"]
    t.expect(wanted.contains { lines.contains($0) }, "weights of devices: found \(lines)")
}

private func throttles(_ t: Trial) {
    let disk = disk(t)
    func one(_ rate: Int) -> JSON { [["major": JSON(disk.major), "minor": JSON(disk.minor), "rate": JSON(rate)]] }
    t.sets(
        [
            "blockIO": [
                "throttleReadBpsDevice": one(1_048_576), "throttleWriteBpsDevice": one(2_097_152),
                "throttleReadIOPSDevice": one(300), "throttleWriteIOPSDevice": one(400),
            ]
        ],
        [("io.max", "\(disk.major):\(disk.minor) rbps=1048576 wbps=2097152 riops=300 wiops=400")])
}

private func slowReading(_ t: Trial) {
    let disk = disk(t)
    let device: JSON = ["major": JSON(disk.major), "minor": JSON(disk.minor)]
    // Another part of the disk each time: what was read once is not read again.
    func reading(_ resources: JSON, _ name: String, at place: Int) -> Int {
        let script = "/bin/busybox dd if=/disk of=/dev/null bs=64k count=32 skip=\(place) 2>/dev/null && echo read"
        let box = t.container(name, program: ["/bin/busybox", "sh", "-c", script]) { config in
            config.limit(resources)
            config["linux", "resources", "devices"] = [
                [
                    "allow": true, "type": "b", "major": device["major"] ?? 0, "minor": device["minor"] ?? 0,
                    "access": "r",
                ]
            ]
            config.append(
                [
                    "path": "/disk", "type": "b", "major": device["major"] ?? 0, "minor": device["minor"] ?? 0,
                    "fileMode": 0o400,
                ], at: "linux", "devices")
        }
        let begin = cl_monotonic_ns()
        t.requireSuccess(box.run())
        t.equal(File.text(box.output), "read\n", "what the reader says")
        return Int((cl_monotonic_ns() - begin) / 1_000_000)
    }
    var throttle = device
    // How long it takes without decides how slow it must be to be told from that, on whatever machine.
    let fast = reading([:], "fast", at: 512)
    let wanted = 3000 + 3 * fast
    throttle["rate"] = JSON((2 << 20) * 1000 / wanted)
    let slow = reading(["blockIO": ["throttleReadBpsDevice": .array([throttle])]], "slow", at: 256)
    t.expect(slow * 3 >= wanted * 2, "reading with a throttle: expected about \(wanted) ms, found \(slow)")
}

private func absent(_ t: Trial) {
    t.tree(with: "io")
    t.refused(saying: ["throttleReadBpsDevice"]) {
        $0.limit(["blockIO": ["throttleReadBpsDevice": [["major": 240, "minor": 77, "rate": 1000]]]])
    }
}

private func wrongWeights(_ t: Trial) {
    t.refused(saying: ["weight"]) { $0.limit(["blockIO": ["weight": 9]]) }
    t.refused(saying: ["weight"]) { $0.limit(["blockIO": ["weight": 1001]]) }
}

private func leaves(_ t: Trial) {
    t.refused(saying: ["leafWeight"]) { $0.limit(["blockIO": ["leafWeight": 500]]) }
    t.refused(saying: ["leafWeight"]) { config in
        config.limit(["blockIO": ["weightDevice": [["major": 7, "minor": 0, "leafWeight": 500]]]])
    }
}

import CLinux
import Glibc

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

/// A new file of the container's that is on a disk and not in memory, and that whole disk; the case is skipped where the
/// files are on no disk.
///
/// The disk itself as a device would need what devices need: filters of cgroups above, which anybody may have made, have a
/// say in who opens one.
private func fileOnDisk(_ t: Trial, _ path: String, bytes: Int) -> (major: Int, minor: Int) {
    t.require(File.write(String(repeating: "x", count: bytes), to: path), "cannot write \(path)")
    let fd = cl_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
    t.require(fsync(fd) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0, "cannot put \(path) out of memory")
    _ = cl_close(fd)
    let device = File.facts(path)?.device ?? 0
    let numbers = "\(cl_major(device)):\(cl_minor(device))"
    guard var disk = File.resolved("/sys/dev/block/" + numbers) else { t.skip("the files are on no disk") }
    if File.exists(disk + "/partition") { disk = String(disk[..<(disk.lastIndex(of: "/") ?? disk.endIndex)]) }
    let whole = (File.text(disk + "/dev") ?? "").split { $0 == ":" || $0 == "\n" }.compactMap { Int($0) }
    t.require(whole.count == 2, "\(disk) has no numbers")
    return (whole[0], whole[1])
}

private func slowReading(_ t: Trial) {
    t.tree(with: "io")
    // The clock is read around the reading alone: how long the runtime takes says nothing.
    let script = "read a b </proc/uptime; /bin/busybox cat /data >/dev/null && read c d </proc/uptime && echo $a $c"
    func reading(_ name: String, _ resources: ((major: Int, minor: Int)) -> JSON) -> Int {
        let box = t.container(name, program: ["/bin/busybox", "sh", "-c", script])
        let disk = fileOnDisk(t, box.rootfs + "/data", bytes: 2 << 20)
        box.edit { $0.limit(resources(disk)) }
        t.requireSuccess(box.run())
        let text = File.text(box.output) ?? ""
        let times = text.split { $0 == " " || $0 == "\n" }.compactMap { Double(String($0)) }
        t.require(times.count == 2, "the reader says “\(text)”, “\(File.text(box.error) ?? "")”")
        return Int((times[1] - times[0]) * 1000)
    }
    // How long it takes without decides how slow it must be to be told from that, on whatever machine.
    let fast = reading("fast") { _ in [:] }
    let wanted = 3000 + 3 * fast
    let slow = reading("slow") { disk in
        let throttle: JSON = [
            "major": JSON(disk.major), "minor": JSON(disk.minor), "rate": JSON((2 << 20) * 1000 / wanted),
        ]
        return ["blockIO": ["throttleReadBpsDevice": [throttle]]]
    }
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

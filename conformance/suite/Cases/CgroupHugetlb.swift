var cgroupHugetlbCases: [Case] {
    [
        Case("hugetlb: what is used and what is reserved", "config-linux.md, Huge page limits", limits),
        Case("hugetlb: more than the limit cannot be had", "config-linux.md, Huge page limits", refused),
        Case("hugetlb: a size that the kernel has not is refused", "config-linux.md, Huge page limits", absent),
        Case("hugetlb: a size that is none is refused", "config.md, Valid values", wrong),
    ]
}

private func limits(_ t: Trial) {
    t.tree(with: "hugetlb")
    guard File.exists("/sys/kernel/mm/hugepages/hugepages-2048kB") else { t.skip("no huge pages of 2 MiB here") }
    t.sets(
        ["hugepageLimits": [["pageSize": "2MB", "limit": 4_194_304]]],
        [("hugetlb.2MB.max", "4194304"), ("hugetlb.2MB.rsvd.max", "4194304")])
}

private func refused(_ t: Trial) {
    t.tree(with: "hugetlb")
    let free = File.text("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") ?? ""
    guard Int(free.split(separator: "\n").first ?? "") ?? 0 >= 3 else { t.skip("no huge pages are free here") }
    let script = """
        for size in 2M 4M; do /bin/busybox fallocate -l $size /pages/$size && echo $size; done
        exec /bin/busybox sleep 100
        """
    for (limit, said) in [(6_291_456, "2M\n4M\n"), (4_194_304, "2M\n")] {
        let box = t.shell(script, ["hugepageLimits": [["pageSize": "2MB", "limit": JSON(limit)]]]) { config in
            config.mount("/pages", "hugetlbfs", "none", ["pagesize=2M"])
        }
        let ended = { Proc.arguments(box.pid).contains("sleep") }
        t.eventually("the program has tried", within: 10_000, ended)
        t.equal(File.text(box.output), said, "what could be had of \(limit) bytes")
        t.requireSuccess(box.delete(["--force"]))
    }
}

private func absent(_ t: Trial) {
    t.tree(with: "hugetlb")
    t.refused(saying: ["hugetlb.3MB"]) { $0.limit(["hugepageLimits": [["pageSize": "3MB", "limit": 3_145_728]]]) }
}

private func wrong(_ t: Trial) {
    t.refused(saying: ["ize"]) { $0.limit(["hugepageLimits": [["pageSize": "2 megabytes", "limit": 0]]]) }
}

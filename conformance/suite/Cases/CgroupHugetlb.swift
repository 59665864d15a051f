var cgroupHugetlbCases: [Case] {
    [
        Case("hugetlb: what is used and what is reserved", "config-linux.md, Huge page limits", limits),
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

private func absent(_ t: Trial) {
    t.tree(with: "hugetlb")
    t.refused(saying: ["hugetlb.3MB"]) { $0.limit(["hugepageLimits": [["pageSize": "3MB", "limit": 3_145_728]]]) }
}

private func wrong(_ t: Trial) {
    t.refused(saying: ["ize"]) { $0.limit(["hugepageLimits": [["pageSize": "2 megabytes", "limit": 0]]]) }
}

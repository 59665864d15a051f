var cgroupRdmaCases: [Case] {
    [
        Case("rdma: handles and objects of a device", "config-linux.md, RDMA", limits),
        Case("rdma: a device that is not there is refused", "config.md, Valid values", absent),
        Case("rdma: an entry without a limit is refused", "config-linux.md, RDMA: at least one", empty),
    ]
}

private func limits(_ t: Trial) {
    t.tree(with: "rdma")
    guard let device = File.list("/sys/class/infiniband")?.first else { t.skip("the host has no RDMA device") }
    let box = t.container { config in
        config.limit(["rdma": .object([.init(key: device, value: ["hcaHandles": 3, "hcaObjects": 1000])])])
    }
    t.requireSuccess(box.create())
    t.contains(
        t.setting("rdma.max", of: box) ?? "", "\(device) hca_handle=3 hca_object=1000", "rdma.max")
}

private func absent(_ t: Trial) {
    t.refused(saying: ["rdma"]) { $0.limit(["rdma": ["no-such-device": ["hcaHandles": 1]]]) }
}

private func empty(_ t: Trial) {
    t.refused(saying: ["rdma"]) { $0.limit(["rdma": ["no-such-device": [:]]]) }
}

internal import OCI

/// The rdma controller (config-linux.md, "RDMA").
extension CgroupSettings {
    mutating func add(_ entry: Spec.Entry<Spec.Linux.Resources.Rdma>, _ place: String) {
        let pointer = place + "/" + entry.key
        guard !entry.key.isEmpty, entry.key.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F })
        else {
            refuse(place + "/", "must have names of devices as keys")
            return
        }
        guard entry.value.hcaHandles != nil || entry.value.hcaObjects != nil else {
            refuse(pointer, "must have hcaHandles or hcaObjects")
            return
        }
        var value = entry.key
        if let handles = entry.value.hcaHandles { value += " hca_handle=" + String(handles) }
        if let objects = entry.value.hcaObjects { value += " hca_object=" + String(objects) }
        list.append(CgroupSetting("rdma.max", value, at: pointer))
    }
}

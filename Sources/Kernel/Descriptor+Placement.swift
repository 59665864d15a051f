internal import CLinux

extension Descriptor {
    /// Makes the open files known under the numbers `first`, `first` + 1, ... too, which survive execve(2), whatever their
    /// own numbers are. What had those numbers is closed. dup3(2)
    package static func place(_ sources: [Int32], from first: Int32) throws(Errno) {
        let end = first + Int32(sources.count)
        // Out of the way first: the number of one may be the place of another.
        var copies: [SharedDescriptor] = []
        var between: [SharedDescriptor] = []
        for source in sources {
            while true {
                let copy = SharedDescriptor(Descriptor(owning: try check(cl_dup_cloexec(source))))
                if copy.raw >= end {
                    copies.append(copy)
                    break
                }
                between.append(copy)
            }
        }
        between = []
        for (index, copy) in copies.enumerated() { try check(cl_dup3(copy.raw, first + Int32(index), 0)) }
    }
}

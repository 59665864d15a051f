internal import CLinux

/// Programs that the kernel runs for a cgroup. bpf(2)
package enum BPF {
    /// One instruction of an eBPF program. Documentation/bpf/standardization/instruction-set.rst of the kernel
    package struct Instruction: Equatable, Sendable {
        /// As the kernel reads it on a little-endian machine. struct bpf_insn
        package let encoded: UInt64

        private init(encoded: UInt64) { self.encoded = encoded }

        private init(_ code: UInt8, _ target: Register, _ source: Register, offset: Int16, operand: UInt32) {
            let registers = UInt64(target.rawValue | source.rawValue << 4)
            encoded =
                UInt64(code) | registers << 8 | UInt64(UInt16(bitPattern: offset)) << 16 | UInt64(operand) << 32
        }

        /// `target = *(u32 *)(source + offset)`
        package static func load(_ target: Register, from source: Register, offset: Int16) -> Instruction {
            Instruction(0x61, target, source, offset: offset, operand: 0)
        }

        /// `target = source`, 32 bits
        package static func copy(_ target: Register, from source: Register) -> Instruction {
            Instruction(0xbc, target, source, offset: 0, operand: 0)
        }

        /// `target = value`
        package static func set(_ target: Register, _ value: UInt32) -> Instruction {
            Instruction(0xb4, target, .r0, offset: 0, operand: value)
        }

        /// `target &= mask`, 32 bits
        package static func and(_ target: Register, _ mask: UInt32) -> Instruction {
            Instruction(0x54, target, .r0, offset: 0, operand: mask)
        }

        /// `target |= source`, 32 bits
        package static func or(_ target: Register, with source: Register) -> Instruction {
            Instruction(0x4c, target, source, offset: 0, operand: 0)
        }

        /// `target <<= bits`, 32 bits
        package static func shiftLeft(_ target: Register, _ bits: UInt32) -> Instruction {
            Instruction(0x64, target, .r0, offset: 0, operand: bits)
        }

        /// `target >>= bits`, 32 bits
        package static func shiftRight(_ target: Register, _ bits: UInt32) -> Instruction {
            Instruction(0x74, target, .r0, offset: 0, operand: bits)
        }

        /// Jumps when the register's 32 bits compare as said with `value`; how far is yet to be said.
        package static func jump(_ condition: Condition, _ register: Register, _ value: UInt32) -> Instruction {
            Instruction(condition.rawValue, register, .r0, offset: 0, operand: value)
        }

        /// Jumps in any case; how far is yet to be said.
        package static func jump() -> Instruction { Instruction(0x05, .r0, .r0, offset: 0, operand: 0) }

        /// The same jump, over so many instructions.
        package func over(_ distance: Int16) -> Instruction {
            Instruction(encoded: encoded & ~0xFFFF_0000 | UInt64(UInt16(bitPattern: distance)) << 16)
        }

        /// Ends the program with what is in `r0`.
        package static let exit = Instruction(0x95, .r0, .r0, offset: 0, operand: 0)
    }

    /// A register; the program begins with its context in `r1` and answers in `r0`.
    package enum Register: UInt8, Sendable { case r0, r1, r2, r3, r4, r5 }

    /// How a jump compares 32 bits: JMP32 with an immediate operand.
    package enum Condition: UInt8, Sendable {
        case equal = 0x16
        case notEqual = 0x56
        /// A bit of the value is set in the register.
        case anySet = 0x46
    }

    /// What a device program is given: struct bpf_cgroup_dev_ctx, three words of 32 bits.
    package enum DeviceContext {
        /// The kind of the device in the low half, the access that is asked for in the high half.
        package static let accessType: Int16 = 0
        package static let major: Int16 = 4
        package static let minor: Int16 = 8
        package static let block = UInt32(BPF_DEVCG_DEV_BLOCK)
        package static let character = UInt32(BPF_DEVCG_DEV_CHAR)
        package static let mknod = UInt32(BPF_DEVCG_ACC_MKNOD)
        package static let read = UInt32(BPF_DEVCG_ACC_READ)
        package static let write = UInt32(BPF_DEVCG_ACC_WRITE)
    }

    /// Gives the kernel a program that decides on the access to devices. BPF_PROG_TYPE_CGROUP_DEVICE
    ///
    /// `name` (at most 15 bytes) is what bpftool(8) shows. `EPERM` without CAP_SYS_ADMIN, or CAP_BPF with CAP_NET_ADMIN,
    /// of the first user namespace; `EINVAL` when the kernel has no such programs.
    package static func loadDeviceProgram(
        _ instructions: [Instruction], name: StaticString
    ) throws(Errno) -> Descriptor {
        let count = UInt32(instructions.count)
        var answer: Int32 = -EAGAIN
        // The kernel's check of the program stops for a signal.
        for _ in 0..<5 where answer == -EAGAIN {
            answer = instructions.withUnsafeBytes { bytes in
                name.withUTF8Buffer { name in
                    name.withMemoryRebound(to: CChar.self) { name in
                        cl_bpf_load_device_program(bytes.baseAddress, count, name.baseAddress)
                    }
                }
            }
        }
        return Descriptor(owning: try check(answer))
    }

    /// Lets a device program decide in a cgroup and all below it, beside the programs that are there already: what one of
    /// them refuses is refused. BPF_PROG_ATTACH with BPF_F_ALLOW_MULTI
    ///
    /// `EPERM` when a cgroup above has a program that suffers none below it.
    package static func attachDeviceProgram(_ program: Int32, to cgroup: Int32) throws(Errno) {
        try check(cl_bpf_attach_device_program(program, cgroup))
    }

    /// Puts a device program in the place of `old`, so that there is no moment without one; `ENOENT` when the cgroup does
    /// not have `old`. BPF_PROG_ATTACH with BPF_F_REPLACE
    package static func replaceDeviceProgram(_ old: Int32, with program: Int32, in cgroup: Int32) throws(Errno) {
        try check(cl_bpf_replace_device_program(program, old, cgroup))
    }

    /// Takes a device program from a cgroup; `ENOENT` when it is not there. BPF_PROG_DETACH
    package static func detachDeviceProgram(_ program: Int32, from cgroup: Int32) throws(Errno) {
        try check(cl_bpf_detach_device_program(program, cgroup))
    }

    /// The number that a loaded program has in the whole system. BPF_OBJ_GET_INFO_BY_FD
    package static func id(of program: Int32) throws(Errno) -> UInt32 {
        var id: UInt32 = 0
        try check(cl_bpf_program_id(program, &id))
        return id
    }

    /// The loaded program that has the number; `ENOENT` when there is none. BPF_PROG_GET_FD_BY_ID
    package static func openProgram(id: UInt32) throws(Errno) -> Descriptor {
        Descriptor(owning: try check(cl_bpf_open_program(id)))
    }
}

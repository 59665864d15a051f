import Testing

@testable import apus_conformance

/// The index of the configuration's fields.
@Suite struct FieldsTests {
    @Test("the index agrees with the cases") func agrees() {
        #expect(Fields().problems == [])
    }

    @Test("the index has every field that the specification's schema names for Linux, and no other") func complete() {
        let named = Set(FieldsTests.schema.flatMap(FieldsTests.expanded))
        let known = Set(Fields().fields.map { $0.pointer })
        #expect(named.subtracting(known).sorted() == [])
        #expect(known.subtracting(named).sorted() == [])
        #expect(named.count == 174)
    }

    @Test(
        "what is wrong with an index is said",
        arguments: [
            ("/a\n", "/a: must have either cases or a reason"),
            ("/a\n    = g: one\n    - first\n", "/a: must have either cases or a reason"),
            ("/a\n    = g: two\n", "/a: there is no case “g: two”"),
            ("/a\n    - because\n", "no field, case or reason:     - because"),
            ("/a\n    - first\n    - foreign\n", "no field, case or reason:     - foreign"),
            ("/a\n    = g: one\n/a\n    = g: one\n", "/a: twice"),
            ("    = g: one\n", "no field, case or reason:     = g: one"),
        ]) func disagreements(text: String, problem: String)
    {
        #expect(Fields(text, titles: ["g: one"]).problems.contains(problem))
    }

    @Test("a field that is passed over goes, or is that of a plain container") func passedOver() {
        var call = Config.base()
        call["process", "cwd"] = "/elsewhere"
        call["process", "user", "umask"] = 7
        call.mount("/a", "tmpfs", "tmpfs")
        call["annotations"] = ["one": "1", "two": "2"]
        #expect(call.passingOver("/process/cwd")["process", "cwd"] == "/")
        #expect(call.passingOver("/process/user/umask")["process", "user"] == ["uid": 0, "gid": 0])
        #expect(call.passingOver("/mounts/*/type")["mounts", 7] == ["destination": "/a", "source": "tmpfs"])
        #expect(call.passingOver("/mounts/*/type")["mounts", 0] == Config.base()["mounts", 0])
        #expect(call.passingOver("/annotations/*")["annotations"] == [:])
        #expect(call.passingOver("/linux/intelRdt/closID") == call)
    }

    /// `{a,b}` stands for both.
    private static func expanded(_ pointer: String) -> [String] {
        guard let open = pointer.firstIndex(of: "{"), let close = pointer[open...].firstIndex(of: "}") else {
            return [pointer]
        }
        let after = String(pointer[pointer.index(after: close)...])
        return pointer[pointer.index(after: open)..<close].split(separator: ",").flatMap { word in
            expanded(pointer[..<open] + word + after)
        }
    }

    private static let schema = [
        "/{ociVersion,hostname,domainname,annotations/*}", "/root/{path,readonly}",
        "/mounts/*/{destination,source,type,options}",
        "/mounts/*/{uidMappings,gidMappings}/*/{containerID,hostID,size}",
        "/process/{args,commandLine,cwd,env,terminal,noNewPrivileges,oomScoreAdj,apparmorProfile,selinuxLabel}",
        "/process/consoleSize/{height,width}", "/process/user/{uid,gid,umask,additionalGids,username}",
        "/process/capabilities/{bounding,permitted,effective,inheritable,ambient}",
        "/process/rlimits/*/{type,soft,hard}", "/process/ioPriority/{class,priority}",
        "/process/scheduler/{policy,nice,priority,flags,runtime,deadline,period}",
        "/process/execCPUAffinity/{initial,final}",
        "/hooks/{prestart,createRuntime,createContainer,startContainer,poststart,poststop}/*/{path,args,env,timeout}",
        "/linux/{cgroupsPath,rootfsPropagation,maskedPaths,readonlyPaths,mountLabel,sysctl/*}",
        "/linux/namespaces/*/{type,path}", "/linux/{uidMappings,gidMappings}/*/{containerID,hostID,size}",
        "/linux/timeOffsets/{boottime,monotonic}/{secs,nanosecs}", "/linux/netDevices/*/name",
        "/linux/devices/*/{type,path,fileMode,major,minor,uid,gid}",
        "/linux/intelRdt/{closID,schemata,l3CacheSchema,memBwSchema,enableMonitoring}",
        "/linux/memoryPolicy/{mode,nodes,flags}", "/linux/personality/{domain,flags}",
        "/linux/seccomp/{defaultAction,defaultErrnoRet,flags,listenerPath,listenerMetadata,architectures}",
        "/linux/seccomp/syscalls/*/{names,action,errnoRet}",
        "/linux/seccomp/syscalls/*/args/*/{index,value,valueTwo,op}",
        "/linux/resources/devices/*/{allow,type,major,minor,access}", "/linux/resources/pids/limit",
        "/linux/resources/memory/{kernel,kernelTCP,limit,reservation,swap,swappiness,disableOOMKiller,useHierarchy}",
        "/linux/resources/memory/checkBeforeUpdate", "/linux/resources/unified/*",
        "/linux/resources/cpu/{cpus,mems,period,quota,burst,realtimePeriod,realtimeRuntime,shares,idle}",
        "/linux/resources/blockIO/{weight,leafWeight}",
        "/linux/resources/blockIO/weightDevice/*/{major,minor,weight,leafWeight}",
        "/linux/resources/blockIO/throttle{Read,Write}{Bps,IOPS}Device/*/{major,minor,rate}",
        "/linux/resources/hugepageLimits/*/{pageSize,limit}", "/linux/resources/rdma/*/{hcaHandles,hcaObjects}",
        "/linux/resources/network/{classID,priorities/*/name,priorities/*/priority}",
    ]
}

#!/usr/bin/env python3
"""cri.py SOCKET: calls an engine's service for Kubernetes (CRI, runtime.v1), as kubelet does.

Reads lines of a method's name and its request as JSON; answers each with a line of JSON: the response, or {"error": ...}.
Only the messages and fields that the tests use are described here.
"""
import json, sys
import grpc

# Of each message its fields: name, number, type; `*` stands for any number of them. Numbers from Kubernetes' cri-api.
MESSAGES = {
    "VersionRequest": "version 1 string",
    "VersionResponse": "runtime_name 2 string, runtime_version 3 string, runtime_api_version 4 string",
    "RunPodSandboxRequest": "config 1 PodSandboxConfig, runtime_handler 2 string",
    "RunPodSandboxResponse": "pod_sandbox_id 1 string",
    "StopPodSandboxRequest": "pod_sandbox_id 1 string",
    "StopPodSandboxResponse": "",
    "RemovePodSandboxRequest": "pod_sandbox_id 1 string",
    "RemovePodSandboxResponse": "",
    "PodSandboxStatusRequest": "pod_sandbox_id 1 string",
    "PodSandboxStatusResponse": "status 1 PodSandboxStatus",
    "PodSandboxStatus": "id 1 string, state 3 int, network 5 NetworkStatus, runtime_handler 9 string",
    "NetworkStatus": "ip 1 string",
    "PodSandboxConfig": "metadata 1 PodMetadata, hostname 2 string, log_directory 3 string, linux 8 LinuxPodConfig",
    "PodMetadata": "name 1 string, uid 2 string, namespace 3 string, attempt 4 int",
    "LinuxPodConfig": "cgroup_parent 1 string, security_context 2 PodSecurity, sysctls 3 *Entry",
    "Entry": "key 1 string, value 2 string",
    "PodSecurity": "namespace_options 1 NamespaceOption, privileged 6 int",
    "NamespaceOption": "network 1 int, pid 2 int, ipc 3 int, target_id 4 string",
    "CreateContainerRequest": "pod_sandbox_id 1 string, config 2 ContainerConfig, sandbox_config 3 PodSandboxConfig",
    "CreateContainerResponse": "container_id 1 string",
    "ContainerConfig": "metadata 1 ContainerMetadata, image 2 Image, command 3 *string, args 4 *string,"
    " working_dir 5 string, envs 6 *Entry, mounts 7 *Mount, log_path 11 string, linux 15 LinuxContainerConfig",
    "ContainerMetadata": "name 1 string, attempt 2 int",
    "Image": "image 1 string",
    "Mount": "container_path 1 string, host_path 2 string, readonly 3 int",
    "LinuxContainerConfig": "resources 1 Resources, security_context 2 ContainerSecurity",
    "Resources": "cpu_period 1 int, cpu_quota 2 int, cpu_shares 3 int, memory_limit_in_bytes 4 int, oom_score_adj 5 int",
    "ContainerSecurity": "capabilities 1 Capability, privileged 2 int, namespace_options 3 NamespaceOption,"
    " run_as_user 5 Int, readonly_rootfs 7 int, supplemental_groups 8 *int, no_new_privs 11 int, masked_paths 13 *string,"
    " readonly_paths 14 *string, seccomp 15 Profile, apparmor 16 Profile",
    "Capability": "add_capabilities 1 *string, drop_capabilities 2 *string",
    "Int": "value 1 int",
    "Profile": "profile_type 1 int, localhost_ref 2 string",
    "StartContainerRequest": "container_id 1 string",
    "StartContainerResponse": "",
    "StopContainerRequest": "container_id 1 string, timeout 2 int",
    "StopContainerResponse": "",
    "RemoveContainerRequest": "container_id 1 string",
    "RemoveContainerResponse": "",
    "ContainerStatusRequest": "container_id 1 string",
    "ContainerStatusResponse": "status 1 ContainerStatus",
    "ContainerStatus": "id 1 string, state 3 int, exit_code 7 int, reason 10 string, message 11 string",
    "UpdateContainerResourcesRequest": "container_id 1 string, linux 2 Resources",
    "UpdateContainerResourcesResponse": "",
    "ExecSyncRequest": "container_id 1 string, cmd 2 *string, timeout 3 int",
    "ExecSyncResponse": "stdout 1 string, stderr 2 string, exit_code 3 int",
    "ContainerStatsRequest": "container_id 1 string",
    "ContainerStatsResponse": "stats 1 ContainerStats",
    "ContainerStats": "cpu 2 CpuUsage, memory 3 MemoryUsage",
    "CpuUsage": "usage_core_nano_seconds 2 Int",
    "MemoryUsage": "working_set_bytes 2 Int",
}


def fields(message):
    for field in filter(None, MESSAGES[message].split(",")):
        name, number, kind = field.split()
        yield name, int(number), kind.lstrip("*"), kind.startswith("*")


def varint(value):
    value &= (1 << 64) - 1
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(digits + bytes([value]))


def encode(message, value):
    unknown = value.keys() - {field[0] for field in fields(message)}
    if unknown:
        sys.exit(f"{message} has no {unknown}")
    data = b""
    for name, number, kind, repeated in fields(message):
        if name not in value:
            continue
        for item in value[name] if repeated else [value[name]]:
            if kind == "int":
                data += varint(number << 3) + varint(int(item))
            else:
                text = item.encode() if kind == "string" else encode(kind, item)
                data += varint(number << 3 | 2) + varint(len(text)) + text
    return data


def decode(message, data):
    """Absent fields have their default, as the format wants it."""
    known = {number: (name, kind, repeated) for name, number, kind, repeated in fields(message)}
    value = {name: [] if repeated else {"int": 0, "string": ""}.get(kind, {}) for name, kind, repeated in known.values()}
    place = 0

    def number():
        nonlocal place
        result = shift = 0
        while True:
            byte = data[place]
            place += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result - (1 << 64) if result >> 63 else result

    while place < len(data):
        key = number()
        if key & 7 == 0:
            item = number()
        else:
            assert key & 7 == 2, f"{message}: a field of kind {key & 7}"
            length = number()
            item = data[place : place + length]
            place += length
        if key >> 3 not in known:
            continue
        name, kind, repeated = known[key >> 3]
        if kind != "int":
            item = item.decode() if kind == "string" else decode(kind, item)
        if repeated:
            value[name].append(item)
        else:
            value[name] = item
    return value


channel = grpc.insecure_channel("unix://" + sys.argv[1])
for line in sys.stdin:
    method, _, request = line.partition(" ")
    call = channel.unary_unary(
        f"/runtime.v1.RuntimeService/{method}",
        request_serializer=lambda value: encode(method + "Request", value),
        response_deserializer=lambda data: decode(method + "Response", data),
    )
    try:
        answer = call(json.loads(request), timeout=240, wait_for_ready=True)
    except grpc.RpcError as error:
        answer = {"error": error.details()}
    print(json.dumps(answer), flush=True)

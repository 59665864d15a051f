// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target. A warning is an error: what the compiler doubts is mended, not shipped.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // CLinux needs the GNU declarations of glibc's headers; all modules must see the same ones.
    .unsafeFlags(["-Xcc", "-D_GNU_SOURCE"]),
    .treatAllWarnings(as: .error),
]

/// What ships has no concurrency run time: one thread more and unshare(2), setns(2) fail. Values are copied and destroyed
/// by code, not through tables that the run time makes for each type at its first use, and with the one thread there is,
/// counting who holds a value takes no atomic instructions; unit tests have many.
let shipped: [SwiftSetting] =
    common + [
        .unsafeFlags([
            "-Xfrontend", "-disable-implicit-concurrency-module-import", "-Xfrontend", "-function-sections",
            "-Xfrontend", "-disable-type-layout",
        ]),
        .unsafeFlags(["-Xfrontend", "-assume-single-threaded"], .when(configuration: .release)),
    ]

/// The suite waits for others most of the time: optimizing it takes minutes and saves it nothing.
let quicklyBuilt: [SwiftSetting] = [
    .unsafeFlags(["-Onone"], .when(configuration: .release))
]

/// Release programs are fully static and stripped: they start fast and load nothing from a container.
let staticProgram: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-executable", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "-s"],
        .when(configuration: .release))
]

/// The program's first instruction is CHostBinary's, not the C library's, and what runs lies side by side: a page that is
/// not touched costs nothing. conformance/bench/order/make writes the list; names that are gone do no harm.
let apusProgram: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-Xlinker", "-e", "-Xlinker", "apus_entry",
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/Sources/apus/link-order",
            "-Xlinker", "--no-warn-symbol-ordering",
        ], .when(configuration: .release))
]

/// C that is safe to run between fork and exec, and warns about everything.
let cSettings: [CSetting] = [.unsafeFlags(["-std=gnu11", "-Wall", "-Wextra", "-Werror"])]

let package = Package(
    name: "apus",
    products: [
        .executable(name: "apus", targets: ["apus"]),
        .executable(name: "apus-conformance", targets: ["apus-conformance"]),
        .executable(name: "apus-probe", targets: ["apus-probe"]),
        .executable(name: "apus-bench", targets: ["apus-bench"]),
        .executable(name: "apus-floor", targets: ["apus-floor"]),
    ],
    targets: [
        // The C that Swift cannot call, and the three libraries apus stands on.
        .target(name: "CLinux", cSettings: cSettings),
        // What the program does before the C library starts.
        .target(
            name: "CHostBinary", cSettings: cSettings + [.define("APUS_ENTRY", .when(configuration: .release))]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CYajl", providers: [.apt(["libyajl-dev"])]),
        .systemLibrary(name: "CDBus", pkgConfig: "dbus-1", providers: [.apt(["libdbus-1-dev"])]),
        .target(name: "CDBusStubs", cSettings: cSettings),

        // Imports go one way, from the bottom of this list to its top.
        .target(name: "Kernel", dependencies: ["CLinux"], swiftSettings: shipped),
        .target(name: "JSON", dependencies: ["CYajl"], swiftSettings: shipped),
        .target(name: "OCI", dependencies: ["JSON"], swiftSettings: shipped),
        .target(
            name: "Cgroups", dependencies: ["CDBus", "CDBusStubs", "Kernel", "OCI"], swiftSettings: shipped),
        .target(
            name: "SeccompFilter", dependencies: ["CSeccomp", "Kernel", "OCI", "JSON"], swiftSettings: shipped),
        .target(
            name: "Runtime", dependencies: ["Cgroups", "SeccompFilter", "Kernel", "OCI", "JSON", "CHostBinary"],
            swiftSettings: shipped),
        .executableTarget(
            name: "apus",
            dependencies: ["Runtime", "Cgroups", "OCI", "JSON", "Kernel", "CHostBinary"],
            exclude: ["link-order"], swiftSettings: shipped, linkerSettings: staticProgram + apusProgram),

        // The conformance suite judges any runtime: it shares nothing with apus but the C shim.
        .executableTarget(
            name: "apus-conformance", dependencies: ["CLinux"], path: "conformance/suite",
            swiftSettings: shipped + quicklyBuilt, linkerSettings: staticProgram),
        .executableTarget(
            name: "apus-probe", path: "conformance/probe", cSettings: cSettings,
            linkerSettings: [.unsafeFlags(["-static-executable", "-nostartfiles"])]),
        .executableTarget(
            name: "apus-bench", dependencies: ["CLinux"], path: "conformance/bench/runner",
            swiftSettings: shipped, linkerSettings: staticProgram),
        .executableTarget(
            name: "apus-floor", path: "conformance/bench/floor", cSettings: cSettings,
            linkerSettings: [.unsafeFlags(["-static-executable", "-nostartfiles"])]),

        .testTarget(name: "KernelTests", dependencies: ["Kernel"], swiftSettings: common),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: common),
        .testTarget(name: "OCITests", dependencies: ["OCI", "JSON"], swiftSettings: common),
        .testTarget(name: "CgroupsTests", dependencies: ["Cgroups", "Kernel", "OCI"], swiftSettings: common),
        .testTarget(
            name: "SeccompFilterTests", dependencies: ["SeccompFilter", "Kernel", "OCI", "JSON", "CSeccomp"],
            swiftSettings: common),
        .testTarget(
            name: "RuntimeTests", dependencies: ["Runtime", "Cgroups", "Kernel", "OCI", "JSON"], swiftSettings: common),
        .testTarget(name: "CommandTests", dependencies: ["apus"], swiftSettings: common),
        .testTarget(name: "ConformanceTests", dependencies: ["apus-conformance"], swiftSettings: common),
    ]
)

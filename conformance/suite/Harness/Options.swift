import CLinux
import Glibc

/// The command line.
struct Options {
    var runtime = ""
    /// The groups to run, by their whole names; empty for all.
    var groups: [String] = []
    var filters: [String] = []
    var omitted: [String] = []
    var list = false
    var listGroups = false
    /// Only say which sentences of the specification the cases check.
    var coverage = false
    /// Show that the cases can fail.
    var prove = false
    /// Where to write the results as JUnit XML.
    var junit = ""
    var jobs = 1
    var verbose = false
    /// How many of the slowest cases to name at the end.
    var slowest = 0
    var keep = false
    var scratch = ""
    /// The version in the first line of TAP: consumers that know only 13 complain about 14, and read the rest alike.
    var tapVersion = 14
    /// Every time-out is multiplied by this: emulated machines are slow.
    var patience = 1
    /// Whether systemd makes the containers' cgroups: every command gets --systemd-cgroup.
    var systemd = false

    static let help = """
        Usage: apus-conformance [options]

        Runs real containers with an OCI runtime and says what holds.

          --runtime PATH    the runtime to judge (otherwise: apus beside this program)
          --group NAME      only the cases of this group; may be given more than once
          --filter TEXT     only cases whose "group: name" contains TEXT; may be given more than once
          --skip TEXT       leave such cases out; may be given more than once
          --systemd         have the runtime ask systemd for cgroups: --systemd-cgroup with every command
          --list            print the cases that are chosen, and what each checks, and stop
          --groups          print the groups, and how many cases of each are chosen, and stop
          --coverage        print which sentences of the specification are checked, and why others are not, and stop
          --jobs N          run N cases at a time
          --prove           run the cases that check a sentence with a runtime that breaks it: each case must fail
          --junit FILE      write the results as JUnit XML too
          --slowest N       name the N slowest cases at the end
          --verbose         show the commands of passing cases too
          --keep            keep the directories of failing cases
          --scratch DIR     where to work (otherwise: $TMPDIR or /tmp)
          --patience N      multiply every time-out by N
          --tap 13          say TAP version 13, for consumers that do not know 14
          --help            this text

        Output is TAP (version 14) unless it goes to a terminal. Exit status: 0 when nothing failed, 1 when something
        did or the run was given up, 2 when the suite itself cannot work.

        """

    struct Misuse: Error {
        let message: String
    }

    /// nil when only help was asked for.
    init?(_ words: [String]) throws(Misuse) {
        var rest = words[...]
        while let word = rest.popFirst() {
            var name = word
            var attached: String?
            if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                name = String(word[..<equals])
                attached = String(word[word.index(after: equals)...])
            }
            func value() throws(Misuse) -> String {
                guard let text = attached ?? rest.popFirst() else { throw Misuse(message: "\(name) needs a value") }
                return text
            }
            func count() throws(Misuse) -> Int {
                let text = try value()
                guard let number = Int(text), number > 0 else {
                    throw Misuse(message: "\(name): “\(text)” is no positive number")
                }
                return number
            }
            switch name {
            case "--runtime": runtime = try value()
            case "--group": groups.append(try value())
            case "--filter": filters.append(try value())
            case "--skip": omitted.append(try value())
            case "--scratch": scratch = try value()
            case "--slowest": slowest = try count()
            case "--jobs", "-j": jobs = try count()
            case "--patience": patience = try count()
            case "--tap":
                tapVersion = try count()
                guard tapVersion == 13 || tapVersion == 14 else {
                    throw Misuse(message: "--tap: “\(tapVersion)” is neither 13 nor 14")
                }
            case "--list": list = true
            case "--groups": listGroups = true
            case "--coverage": coverage = true
            case "--systemd": systemd = true
            case "--prove": prove = true
            case "--junit": junit = try value()
            case "--verbose", "-v": verbose = true
            case "--keep": keep = true
            case "--help", "-h": return nil
            default: throw Misuse(message: "unknown option \(word)")
            }
        }
    }

    /// Whether a case of this group is to be run; the title is what the filters look at.
    func selects(_ title: String, of group: String) -> Bool {
        if !groups.isEmpty, !groups.contains(group) { return false }
        let title = title.lowercased()
        if omitted.contains(where: { title.contains($0.lowercased()) }) { return false }
        return filters.isEmpty || filters.contains { title.contains($0.lowercased()) }
    }
}

extension Coverage {
    /// config.md, the table of mount options.
    static let mountOptionsText = #"""
        # config.md, Linux mount options

        config.options.must-1  Runtimes MUST/SHOULD/MAY implement
            The options of the table, each of which is an entry below.
            - heading
        config.option.async.must-1  `async` | MUST
            The option async does what its name says.
            = mounts: options of a tmpfs: sync async
        config.option.atime.must-1  `atime` | MUST
            The option atime does what its name says.
            = mounts: options of a tmpfs: noatime atime
            = mounts: options of a bind mount: atime of a source with noatime
        config.option.bind.must-1  `bind` | MUST
            The option bind does what its name says.
            = mounts: bind: a directory
        config.option.defaults.must-1  `defaults` | MUST
            The option defaults does what its name says.
            = mounts: options of a tmpfs: defaults
        config.option.dev.must-1  `dev` | MUST
            The option dev does what its name says.
            = mounts: options of a tmpfs: nodev dev
            = mounts: effect of dev
        config.option.diratime.must-1  `diratime` | MUST
            The option diratime does what its name says.
            = mounts: options of a tmpfs: nodiratime diratime
        config.option.dirsync.must-1  `dirsync` | MUST
            The option dirsync does what its name says.
            = mounts: options of a tmpfs: dirsync
        config.option.exec.must-1  `exec` | MUST
            The option exec does what its name says.
            = mounts: options of a tmpfs: noexec exec
            = mounts: effect of exec
        config.option.iversion.must-1  `iversion` | MUST
            The option iversion does what its name says.
            = mounts: options of a tmpfs: iversion
        config.option.lazytime.must-1  `lazytime` | MUST
            The option lazytime does what its name says.
            = mounts: options of a tmpfs: lazytime
        config.option.loud.must-1  `loud` | MUST
            The option loud does what its name says.
            = mounts: options of a tmpfs: loud
        config.option.mand.may-1  `mand` | MAY
            The option mand does what its name says.
            = mounts: options of a tmpfs: mand
        config.option.noatime.must-1  `noatime` | MUST
            The option noatime does what its name says.
            = mounts: options of a tmpfs: noatime
            = mounts: effect of noatime
        config.option.nodev.must-1  `nodev` | MUST
            The option nodev does what its name says.
            = mounts: options of a tmpfs: nodev
            = mounts: effect of nodev
        config.option.nodiratime.must-1  `nodiratime` | MUST
            The option nodiratime does what its name says.
            = mounts: options of a tmpfs: nodiratime
        config.option.noexec.must-1  `noexec` | MUST
            The option noexec does what its name says.
            = mounts: options of a tmpfs: noexec
            = mounts: effect of noexec
        config.option.noiversion.must-1  `noiversion` | MUST
            The option noiversion does what its name says.
            = mounts: options of a tmpfs: noiversion
        config.option.nolazytime.must-1  `nolazytime` | MUST
            The option nolazytime does what its name says.
            = mounts: options of a tmpfs: lazytime nolazytime
        config.option.nomand.may-1  `nomand` | MAY
            The option nomand does what its name says.
            = mounts: options of a tmpfs: nomand
        config.option.norelatime.must-1  `norelatime` | MUST
            The option norelatime does what its name says.
            = mounts: options of a tmpfs: norelatime
        config.option.nostrictatime.must-1  `nostrictatime` | MUST
            The option nostrictatime does what its name says.
            = mounts: options of a tmpfs: strictatime nostrictatime
        config.option.nosuid.must-1  `nosuid` | MUST
            The option nosuid does what its name says.
            = mounts: options of a tmpfs: nosuid
            = mounts: effect of nosuid
        config.option.nosymfollow.should-1  `nosymfollow` | SHOULD
            The option nosymfollow does what its name says.
            = mounts: options of a tmpfs: nosymfollow
            = mounts: effect of nosymfollow
        config.option.private.must-1  `private` | MUST
            The option private does what its name says.
            = mounts: propagation of a bind mount: private
        config.option.ratime.should-1  `ratime` | SHOULD
            The option ratime does what its name says.
            = mounts: recursive option: ratime of a source with noatime
        config.option.rbind.must-1  `rbind` | MUST
            The option rbind does what its name says.
            = mounts: rbind: mounts below the source come along
        config.option.rdev.should-1  `rdev` | SHOULD
            The option rdev does what its name says.
            = mounts: recursive option: rdev of a source with nodev
        config.option.rdiratime.should-1  `rdiratime` | SHOULD
            The option rdiratime does what its name says.
            = mounts: recursive option: rdiratime of a source with nodiratime
        config.option.relatime.must-1  `relatime` | MUST
            The option relatime does what its name says.
            = mounts: options of a bind mount: relatime of a source with noatime
        config.option.remount.must-1  `remount` | MUST
            The option remount does what its name says.
            = mounts: remount changes what is mounted
        config.option.rexec.should-1  `rexec` | SHOULD
            The option rexec does what its name says.
            = mounts: recursive option: rexec of a source with noexec
        config.option.rnoatime.should-1  `rnoatime` | SHOULD
            The option rnoatime does what its name says.
            = mounts: recursive option: rnoatime
        config.option.rnodiratime.should-1  `rnodiratime` | SHOULD
            The option rnodiratime does what its name says.
            = mounts: recursive option: rnodiratime
        config.option.rnoexec.should-1  `rnoexec` | SHOULD
            The option rnoexec does what its name says.
            = mounts: recursive option: rnoexec
        config.option.rnorelatime.should-1  `rnorelatime` | SHOULD
            The option rnorelatime does what its name says.
            = mounts: recursive option: rnorelatime
        config.option.rnostrictatime.should-1  `rnostrictatime` | SHOULD
            The option rnostrictatime does what its name says.
            = mounts: recursive option: rnostrictatime
        config.option.rnosuid.should-1  `rnosuid` | SHOULD
            The option rnosuid does what its name says.
            = mounts: recursive option: rnosuid
        config.option.rnosymfollow.should-1  `rnosymfollow` | SHOULD
            The option rnosymfollow does what its name says.
            = mounts: recursive option: rnosymfollow
        config.option.ro.must-1  `ro` | MUST
            The option ro does what its name says.
            = mounts: options of a tmpfs: ro
            = mounts: options of a bind mount: ro
            = mounts: effect of ro
        config.option.rprivate.must-1  `rprivate` | MUST
            The option rprivate does what its name says.
            = mounts: propagation of a bind mount: rprivate
            = mounts: propagation: private does not
        config.option.rrelatime.should-1  `rrelatime  ` | SHOULD
            The option rrelatime does what its name says.
            = mounts: recursive option: rrelatime of a source with noatime
        config.option.rro.should-1  `rro` | SHOULD
            The option rro does what its name says.
            = mounts: recursive option: rro
        config.option.rrw.should-1  `rrw` | SHOULD
            The option rrw does what its name says.
            = mounts: recursive option: rrw of a source with ro
        config.option.rshared.must-1  `rshared` | MUST
            The option rshared does what its name says.
            = mounts: propagation of a bind mount: rshared
            = mounts: propagation: shared with the host on request
        config.option.rslave.must-1  `rslave` | MUST
            The option rslave does what its name says.
            = mounts: propagation of a bind mount: rslave
            = mounts: propagation: slave sees the host's mounts
        config.option.rstrictatime.should-1  `rstrictatime` | SHOULD
            The option rstrictatime does what its name says.
            = mounts: recursive option: rstrictatime
        config.option.rsuid.should-1  `rsuid` | SHOULD
            The option rsuid does what its name says.
            = mounts: recursive option: rsuid of a source with nosuid
        config.option.rsymfollow.should-1  `rsymfollow` | SHOULD
            The option rsymfollow does what its name says.
            = mounts: recursive option: rsymfollow of a source with nosymfollow
        config.option.runbindable.must-1  `runbindable` | MUST
            The option runbindable does what its name says.
            = mounts: propagation of a bind mount: runbindable
        config.option.rw.must-1  `rw` | MUST
            The option rw does what its name says.
            = mounts: options of a tmpfs: ro rw
            = mounts: effect of rw
        config.option.shared.must-1  `shared` | MUST
            The option shared does what its name says.
            = mounts: propagation of a bind mount: shared
        config.option.silent.must-1  `silent` | MUST
            The option silent does what its name says.
            = mounts: options of a tmpfs: silent
        config.option.slave.must-1  `slave` | MUST
            The option slave does what its name says.
            = mounts: propagation of a bind mount: slave
        config.option.strictatime.must-1  `strictatime` | MUST
            The option strictatime does what its name says.
            = mounts: options of a tmpfs: strictatime
            = mounts: effect of strictatime
        config.option.suid.must-1  `suid` | MUST
            The option suid does what its name says.
            = mounts: options of a tmpfs: nosuid suid
            = mounts: effect of suid
        config.option.symfollow.should-1  `symfollow` | SHOULD
            The option symfollow does what its name says.
            = mounts: options of a tmpfs: nosymfollow symfollow
        config.option.sync.must-1  `sync` | MUST
            The option sync does what its name says.
            = mounts: options of a tmpfs: sync
        config.option.tmpcopyup.may-1  `tmpcopyup` | MAY
            The option tmpcopyup does what its name says.
            = mounts: tmpcopyup: the directory's content is there
        config.option.unbindable.must-1  `unbindable` | MUST
            The option unbindable does what its name says.
            = mounts: propagation of a bind mount: unbindable
        config.option.idmap.should-1  `idmap` | SHOULD
            The option idmap is known.
            = idmapped mounts: idmap: a mapping of the mount's own
        config.option.idmap.must-1  `idmap` | the mount MUST have an idmapping applied
            With idmap the mount is mapped.
            = idmapped mounts: idmap: a mapping of the mount's own
            = idmapped mounts: idmap is of one mount, ridmap of all
        config.option.idmap.should-2  `idmap` | This option SHOULD NOT be passed to
            The kernel does not look at the options of a bind mount.
            - invisible
        config.option.idmap.must-2  `idmap` | the runtime MUST use those values
            The mount's own mapping is used.
            = idmapped mounts: idmap: a mapping of the mount's own
        config.option.idmap.must-3  `idmap` | otherwise an [error MUST be returned]
            Without a mapping of its own or of the container idmap is an error.
            = idmapped mounts: idmap without a mapping is the container's, or refused
        config.option.idmap.must-4  `idmap` | isn't using user namespaces
            Without a mapping and without a user namespace idmap is an error.
            = idmapped mounts: wrong requests are refused
        config.option.idmap.should-3  `idmap` | This SHOULD be implemented using
            By which call a mapping is made cannot be seen.
            - invisible
        config.option.ridmap.should-1  `ridmap` | SHOULD
            The option ridmap is known.
            = idmapped mounts: ridmap: a mapping of the mount's own
        config.option.ridmap.must-1  `ridmap` | the mount MUST have an idmapping applied
            With ridmap the mount and those below it is mapped.
            = idmapped mounts: idmap is of one mount, ridmap of all
        config.option.ridmap.should-2  `ridmap` | This option SHOULD NOT be passed to
            The kernel does not look at the options of a bind mount.
            - invisible
        config.option.ridmap.must-2  `ridmap` | the runtime MUST use those values
            The mount's own mapping is used.
            = idmapped mounts: ridmap: a mapping of the mount's own
        config.option.ridmap.must-3  `ridmap` | otherwise an [error MUST be returned]
            Without a mapping of its own or of the container ridmap is an error.
            = idmapped mounts: ridmap without a mapping is the container's, or refused
        config.option.ridmap.must-4  `ridmap` | isn't using user namespaces
            Without a mapping and without a user namespace ridmap is an error.
            = idmapped mounts: wrong requests are refused
        config.option.ridmap.should-3  `ridmap` | This SHOULD be implemented using
            By which call a mapping is made cannot be seen.
            - invisible
        config.options.must-2  The "MUST" options correspond to
            The table's options are those of mount(8), each of which is an entry above.
            - heading
        config.options.should-1  the runtime SHOULD follow the behavior of
            Options of mount(8) that the table lacks mean what they mean there.
            = mounts: an option that only mount(8) knows is as there, or refused
        config.options.should-2  Runtimes SHOULD treat unknown options as
            What is no option of the table goes to the file system.
            = mounts: the file system's own options reach it
            = mounts: several own options in one word
            = mounts: an unknown option is passed on, and its refusal names it
        """#
}

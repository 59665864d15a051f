// SeccompFilter

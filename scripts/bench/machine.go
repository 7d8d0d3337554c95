package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"bench/race"
)

// writeMachine says what the figures were taken on.
func writeMachine(w io.Writer) {
	fmt.Fprintf(w, "%s, %d CPUs, %s/%s, %s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if load := load(); load != "" {
		fmt.Fprintf(w, ", load %s", load)
	}
	fmt.Fprintf(w, "; %s.\n", race.Clock)
}

// processor is the CPU's own name where the system tells.
func processor() string {
	cpus, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(cpus)) {
		if name, value, found := strings.Cut(line, ":"); found {
			fields[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	name := fields["model name"]
	if name == "" {
		return runtime.GOARCH
	}
	if family, model := fields["cpu family"], fields["model"]; family != "" && model != "" {
		name += fmt.Sprintf(" (family %s, model %s)", family, model)
	}
	return name
}

// load is the mean number of programs that wanted a processor over the last
// minute; none where the system does not tell.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	minute, _, _ := strings.Cut(string(b), " ")
	return minute
}

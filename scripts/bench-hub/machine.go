package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"

	"golang.org/x/sys/unix"
)

// pin keeps the process on one processor, where there are two.
func pin(cpu int) {
	if runtime.NumCPU() < 2 {
		return
	}
	var set unix.CPUSet
	set.Set(cpu)
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, e := range entries { // threads to come take it over from these
		var id int
		if _, err := fmt.Sscan(e.Name(), &id); err == nil {
			_ = unix.SchedSetaffinity(id, &set) // where it is forbidden the figures are rougher
		}
	}
}

// machine names what the figures were measured on.
func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(text); m != nil {
			model = string(m[1])
		}
	}
	return fmt.Sprintf("%s, %d processors, %s; server on one, clients on another", model, runtime.NumCPU(), runtime.Version())
}

//go:build unix && !linux

package store

import "syscall"

// bound keeps a terminal's interrupt for us alone. These systems have no death
// signal: a child whose parent was killed runs on, and holds the lock of its
// directory.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

package store

import "syscall"

// bound makes the kernel end the child when we die, however we die, and keeps a
// terminal's interrupt for us alone: the server stops last.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
}

package storetest

import "syscall"

// bound ends the server with the test's process, also where that is killed.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

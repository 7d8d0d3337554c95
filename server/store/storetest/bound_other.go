//go:build !linux

package storetest

import "syscall"

func bound() *syscall.SysProcAttr { return nil }

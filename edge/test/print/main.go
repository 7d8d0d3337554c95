// Command print writes float64 as the API does: little endian in, a line each
// out.
package main

import (
	"bufio"
	"encoding/binary"
	"os"

	"github.com/quantum-signals/quantum/server"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	var v float64
	for binary.Read(in, binary.LittleEndian, &v) == nil {
		_, _ = out.Write(append(server.AppendFloat(nil, v), '\n'))
	}
	if err := out.Flush(); err != nil {
		panic(err)
	}
}

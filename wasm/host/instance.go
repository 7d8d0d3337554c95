package host

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/quantum-signals/quantum/core"
)

// ErrTrap is returned when the module stopped on a bug of ours. The instance,
// and every engine in it, is lost; the host makes a new one for the next call.
var ErrTrap = errors.New("host: the module trapped")

// instance is one run of the module. It belongs to one goroutine at a time.
type instance struct {
	module  api.Module
	memory  api.Memory
	exports [exportCount]api.Function // looked up once: a look-up costs more than a call
	stack   [8]uint64
	trapped bool

	frame      uint32 // memory reserved for the arguments and results of calls
	frameWords int
}

func newInstance(ctx context.Context, r wazero.Runtime, compiled wazero.CompiledModule) (*instance, error) {
	// The empty name lets one runtime hold many.
	module, err := r.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return nil, fmt.Errorf("host: start the module: %w", err)
	}
	in := &instance{module: module, memory: module.Memory()}
	for i, name := range exportNames {
		if in.exports[i] = module.ExportedFunction(name); in.exports[i] == nil {
			return nil, fmt.Errorf("host: the module has no %s", name)
		}
	}
	if version, err := in.call(abiVersionExport); err != nil || version != abiVersion {
		return nil, errors.Join(fmt.Errorf("host: the module's ABI is version %d, want %d", version, abiVersion), err, module.Close(ctx))
	}
	return in, nil
}

// call calls an export and returns its result; a negative one is a status and
// comes as a *core.Error.
func (in *instance) call(f export, arguments ...uint64) (int32, error) {
	copy(in.stack[:], arguments)
	// Calls are bounded by their input and not interrupted, see RATIONALE.md.
	if err := in.exports[f].CallWithStack(context.Background(), in.stack[:]); err != nil {
		in.trapped = true
		return 0, fmt.Errorf("%w in %s: %w", ErrTrap, exportNames[f], err)
	}
	result := int32(uint32(in.stack[0]))
	if result < 0 && f != lastErrorExport {
		return result, in.refusal(core.Code(result))
	}
	return result, nil
}

// words makes sure the frame has room for n words and returns its offset. What
// was in it before is gone.
func (in *instance) words(n int) (uint32, error) {
	if n <= in.frameWords {
		return in.frame, nil
	}
	if in.frameWords > 0 {
		if _, err := in.call(releaseExport, uint64(in.frame)); err != nil {
			return 0, err
		}
		in.frameWords = 0
	}
	at, err := in.call(reserveExport, uint64(n)*wordSize)
	if err != nil {
		return 0, err
	}
	in.frame, in.frameWords = uint32(at), n
	return in.frame, nil
}

const wordSize = 8

// order is that of the module's memory; views of it hold only on hosts that
// have the same.
var order = binary.LittleEndian

// floats views n float64 of the module's memory; bits views them as integers.
// A view is good until the next call, which may move the memory.
func (in *instance) floats(at uint32, n int) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(in.view(at, n*wordSize))), n)
}

func (in *instance) bits(at uint32, n int) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(in.view(at, n*wordSize))), n)
}

func (in *instance) bytes(at uint32, n int) []byte {
	return unsafe.Slice(in.view(at, n), n)
}

func (in *instance) view(at uint32, n int) *byte {
	b, ok := in.memory.Read(at, uint32(n))
	if !ok {
		panic("host: a view outside the module's memory") // the module gave us the offset
	}
	return unsafe.SliceData(b)
}

// Package host runs quantum.wasm inside Go, on wazero, with core's own types at
// its surface: the same calls as core/cipher and core/volume, the same bits and
// the same errors, computed by the very bytes that browsers load.
package host

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/tetratelabs/wazero"

	"github.com/quantum-signals/quantum/wasm"
)

// memoryPages is the module's own limit, 256 MiB: a larger one has no use and a
// smaller one wazero refuses.
const memoryPages = 4096

// abiVersion is the version of wasm/ABI.md this package keeps to.
const abiVersion = 1

// Options says how a Host runs the module. The zero value is the default.
type Options struct {
	// CacheDir keeps the compiled module between processes; empty keeps it for
	// the life of the process, shared by all hosts.
	CacheDir string
	// Idle is how many instances wait for the next call instead of being
	// closed, 0 is one for each processor. An idle one takes about 1.5 MB.
	Idle int
	// Interpreter runs the module without compiling it: the same bits, some
	// hundred times slower. For tests, and where no compiler of wazero runs.
	Interpreter bool
}

// Host is the compiled module and its instances. It is safe for concurrent
// use.
type Host struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cache    wazero.CompilationCache // nil if shared
	maxIdle  int

	mu   sync.Mutex
	idle []*instance // guarded by mu
}

// sharedCache keeps the module compiled for all hosts of the process.
var sharedCache = sync.OnceValue(wazero.NewCompilationCache)

// New compiles the module, which takes some ten milliseconds the first time.
// Close the host after use.
func New(ctx context.Context, o Options) (*Host, error) {
	h := &Host{maxIdle: o.Idle}
	if h.maxIdle <= 0 {
		h.maxIdle = runtime.GOMAXPROCS(0)
	}
	config := wazero.NewRuntimeConfig()
	if o.Interpreter {
		config = wazero.NewRuntimeConfigInterpreter()
	}
	cache := sharedCache()
	if o.CacheDir != "" {
		var err error
		if cache, err = wazero.NewCompilationCacheWithDir(o.CacheDir); err != nil {
			return nil, fmt.Errorf("host: open the cache of compiled modules: %w", err)
		}
		h.cache = cache
	}
	h.runtime = wazero.NewRuntimeWithConfig(ctx, config.WithCompilationCache(cache).WithMemoryLimitPages(memoryPages))
	var err error
	if h.compiled, err = h.runtime.CompileModule(ctx, wasm.Bytes); err != nil {
		return nil, errors.Join(fmt.Errorf("host: compile the module: %w", err), h.Close(ctx))
	}
	in, err := h.acquire(ctx) // checks the version once
	if err != nil {
		return nil, errors.Join(err, h.Close(ctx))
	}
	h.giveBack(in)
	return h, nil
}

// Close ends the host, its instances and the engines in them.
func (h *Host) Close(ctx context.Context) error {
	err := h.runtime.Close(ctx)
	if h.cache != nil {
		err = errors.Join(err, h.cache.Close(ctx))
	}
	return err
}

// acquire takes an idle instance or makes one. It belongs to the caller until
// giveBack.
func (h *Host) acquire(ctx context.Context) (*instance, error) {
	h.mu.Lock()
	if last := len(h.idle) - 1; last >= 0 {
		in := h.idle[last]
		h.idle = h.idle[:last]
		h.mu.Unlock()
		return in, nil
	}
	h.mu.Unlock()
	return newInstance(ctx, h.runtime, h.compiled)
}

// giveBack ends the use of an instance. One that trapped is closed: its memory
// is not to be trusted.
func (h *Host) giveBack(in *instance) {
	h.mu.Lock()
	keep := !in.trapped && len(h.idle) < h.maxIdle
	if keep {
		h.idle = append(h.idle, in)
	}
	h.mu.Unlock()
	if !keep {
		_ = in.module.Close(context.Background()) // nothing of it is used again
	}
}

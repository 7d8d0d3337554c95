package volume

import "github.com/quantum-signals/quantum/core"

// Catalog describes the parameters, readings and events.
func Catalog() core.Catalog { return core.Catalog{Engine: "volume", Version: Version} }

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// remembering is a client of a cluster in which nothing changes: it asks once for each thing. Like the controller's own cache
// it lists in no particular order, each time in another one.
type remembering struct {
	client.Client
	objects map[string]remembered
	lists   map[string][]runtime.Object
}

type remembered struct {
	object client.Object
	err    error
}

func remember(behind client.Client) remembering {
	return remembering{Client: behind, objects: map[string]remembered{}, lists: map[string][]runtime.Object{}}
}

// Get answers with a copy that is the caller's own.
func (c remembering) Get(ctx context.Context, key client.ObjectKey, into client.Object, options ...client.GetOption) error {
	name := fmt.Sprintf("%T %s", into, key)
	known, ok := c.objects[name]
	if !ok {
		known.err = c.Client.Get(ctx, key, into, options...)
		known.object = into.DeepCopyObject().(client.Object)
		c.objects[name] = known
	}
	if known.err == nil {
		reflect.ValueOf(into).Elem().Set(reflect.ValueOf(known.object.DeepCopyObject()).Elem())
	}
	return known.err
}

// List answers with copies that are the caller's own.
func (c remembering) List(ctx context.Context, into client.ObjectList, options ...client.ListOption) error {
	if len(options) > 0 {
		return c.Client.List(ctx, into, options...)
	}
	name := fmt.Sprintf("%T", into)
	known, ok := c.lists[name]
	if !ok {
		if err := c.Client.List(ctx, into); err != nil {
			return err
		}
		var err error
		if known, err = meta.ExtractList(into.DeepCopyObject()); err != nil {
			return err
		}
		c.lists[name] = known
	}
	items := make([]runtime.Object, len(known))
	for to, from := range rand.Perm(len(known)) {
		items[to] = known[from].DeepCopyObject()
	}
	return meta.SetList(into, items)
}

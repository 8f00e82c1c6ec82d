package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// canonical puts in order what the controller lists in the order of Go's maps, which is a different one each time, and changes
// nothing else.
func canonical(stack string) (any, error) {
	var read struct {
		ID        string                               `json:"id"`
		Resources map[string]map[string]map[string]any `json:"resources"`
	}
	words := json.NewDecoder(strings.NewReader(stack))
	words.UseNumber()
	if err := words.Decode(&read); err != nil {
		return nil, err
	}
	for _, ofType := range read.Resources {
		for _, resource := range ofType {
			spec, ok := resource["spec"].(map[string]any)
			if !ok {
				continue
			}
			for _, attributes := range []string{"loadBalancerAttributes", "listenerAttributes", "targetGroupAttributes"} {
				order(spec[attributes], attribute)
			}
			order(spec["ingress"], permission)
		}
	}
	return read, nil
}

// attribute orders attributes by their key; those of listeners are marshalled with a capital letter.
func attribute(of map[string]any) []any { return []any{of["key"], of["Key"]} }

// permission orders the permissions of a security group by port, kind and value.
func permission(of map[string]any) []any {
	for _, kind := range []string{"ipRanges", "ipv6Ranges", "prefixLists", "userIDGroupPairs"} {
		if values, ok := of[kind]; ok {
			return []any{of["fromPort"], of["toPort"], of["ipProtocol"], kind, values}
		}
	}
	return []any{of["fromPort"], of["toPort"], of["ipProtocol"]}
}

// order sorts a list of objects by what key tells of each; numbers by their value, everything else by its text.
func order(list any, key func(map[string]any) []any) {
	items, ok := list.([]any)
	if !ok {
		return
	}
	slices.SortStableFunc(items, func(a, b any) int {
		left, _ := a.(map[string]any)
		right, _ := b.(map[string]any)
		return slices.CompareFunc(key(left), key(right), func(a, b any) int {
			x, xIsNumber := a.(json.Number)
			y, yIsNumber := b.(json.Number)
			if xIsNumber && yIsNumber {
				m, _ := x.Float64()
				n, _ := y.Float64()
				return cmp.Compare(m, n)
			}
			return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
		})
	})
}

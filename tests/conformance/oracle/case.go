package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Case is what the controller finds: a cluster, its own settings, and an AWS account.
type Case struct {
	ID string `json:"id"`
	// Objects are Kubernetes objects as JSON.
	Objects []json.RawMessage `json:"objects"`
	// Controller holds the settings that differ from the controller's own defaults.
	Controller map[string]json.RawMessage `json:"controller"`
	Facts      Facts                      `json:"facts"`
}

// Facts are what AWS would answer with. The order of each list is the order of AWS's answers.
type Facts struct {
	VPC                  string          `json:"vpc"`
	VPCCIDRs             []string        `json:"vpc_cidrs"`
	VPCIPv6CIDRs         []string        `json:"vpc_ipv6_cidrs"`
	Subnets              []Subnet        `json:"subnets"`
	SecurityGroups       []SecurityGroup `json:"security_groups"`
	Certificates         []Certificate   `json:"certificates"`
	TrustStores          []Named         `json:"trust_stores"`
	TargetGroups         []TargetGroup   `json:"target_groups"`
	WebACLs              []Named         `json:"web_acls"`
	BackendSecurityGroup string          `json:"backend_security_group"`
}

// Subnet is a subnet of the VPC.
type Subnet struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Zone string `json:"zone"`
	// ZoneType is availability-zone, local-zone, wavelength-zone or outpost.
	ZoneType string            `json:"zone_type"`
	Tags     map[string]string `json:"tags"`
	// Public says that its route table has a route to an internet gateway.
	Public        bool     `json:"public"`
	IPv6          bool     `json:"ipv6"`
	CIDR          string   `json:"cidr"`
	IPv6CIDRs     []string `json:"ipv6_cidrs"`
	FreeAddresses *int32   `json:"free_addresses"`
}

// SecurityGroup is a security group of the VPC; its name is the tag "Name".
type SecurityGroup struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Certificate is a certificate in ACM.
type Certificate struct {
	ARN       string            `json:"arn"`
	Domains   []string          `json:"domains"`
	Status    string            `json:"status"`
	Authority string            `json:"authority"`
	Tags      map[string]string `json:"tags"`
}

// TargetGroup is a target group of others; what is empty is as most have it: TCP to the addresses of pods, IPv4, in the VPC.
type TargetGroup struct {
	Named
	TargetType    string `json:"target_type"`
	Protocol      string `json:"protocol"`
	IPAddressType string `json:"ip_address_type"`
	VPC           string `json:"vpc"`
}

// Named is something that the controller looks up by its name.
type Named struct {
	ARN  string `json:"arn"`
	Name string `json:"name"`
}

// read takes one line; a word that a case does not have is an error, so that a misspelt fact is not a missing one.
func read(line []byte) (Case, error) {
	read := Case{Facts: Facts{VPC: "vpc-1", BackendSecurityGroup: "sg-backend"}}
	words := json.NewDecoder(bytes.NewReader(line))
	words.DisallowUnknownFields()
	if err := words.Decode(&read); err != nil {
		return read, err
	}
	if _, err := words.Token(); !errors.Is(err, io.EOF) {
		return read, errors.New("more than one case on a line")
	}
	return read, nil
}

package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	acmsdk "github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	ec2sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	rgtsdk "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	rgttypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	wafv2sdk "github.com/aws/aws-sdk-go-v2/service/wafv2"
	wafv2types "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/aws/smithy-go"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/aws/services"
)

// Each service answers what the controller asks while it builds a model, out of the facts. Everything else is left to the
// interface that is embedded and never set: a question that is new to a release of the controller ends in a panic, which the
// answer of the case tells.

const outpost = "outpost"

// ec2 answers for the network.
type ec2 struct {
	services.EC2
	facts Facts
}

func (s ec2) DescribeSubnetsAsList(_ context.Context, in *ec2sdk.DescribeSubnetsInput) ([]ec2types.Subnet, error) {
	known := func(id string) bool {
		return slices.ContainsFunc(s.facts.Subnets, func(subnet Subnet) bool { return subnet.ID == id })
	}
	if err := missing("InvalidSubnetID.NotFound", "subnet ID", in.SubnetIds, known); err != nil {
		return nil, err
	}
	var found []ec2types.Subnet
	for _, subnet := range s.facts.Subnets {
		if len(in.SubnetIds) > 0 && !slices.Contains(in.SubnetIds, subnet.ID) {
			continue
		}
		tags := named(subnet.Name, subnet.Tags)
		if ok, err := s.matches(in.Filters, tags); err != nil {
			return nil, err
		} else if ok {
			found = append(found, s.subnet(subnet, tags))
		}
	}
	return found, nil
}

func (s ec2) subnet(subnet Subnet, tags map[string]string) ec2types.Subnet {
	free := int32(250)
	if subnet.FreeAddresses != nil {
		free = *subnet.FreeAddresses
	}
	out := ec2types.Subnet{
		SubnetId:                awssdk.String(subnet.ID),
		VpcId:                   awssdk.String(s.facts.VPC),
		AvailabilityZone:        awssdk.String(subnet.Zone),
		AvailabilityZoneId:      awssdk.String(zoneID(subnet.Zone)),
		AvailableIpAddressCount: awssdk.Int32(free),
		Tags:                    ec2Tags(tags),
	}
	if subnet.ZoneType == outpost {
		out.OutpostArn = awssdk.String("arn:aws:outposts:eu-west-1:111122223333:outpost/op-1")
	}
	if subnet.CIDR != "" {
		out.CidrBlock = awssdk.String(subnet.CIDR)
	}
	blocks := subnet.IPv6CIDRs
	if subnet.IPv6 && len(blocks) == 0 {
		blocks = []string{""}
	}
	for _, block := range blocks {
		out.Ipv6CidrBlockAssociationSet = append(out.Ipv6CidrBlockAssociationSet, ec2types.SubnetIpv6CidrBlockAssociation{
			Ipv6CidrBlock:      awssdk.String(block),
			Ipv6CidrBlockState: &ec2types.SubnetCidrBlockState{State: ec2types.SubnetCidrBlockStateCodeAssociated},
		})
	}
	return out
}

func (s ec2) DescribeVpcsWithContext(context.Context, *ec2sdk.DescribeVpcsInput) (*ec2sdk.DescribeVpcsOutput, error) {
	vpc := ec2types.Vpc{VpcId: awssdk.String(s.facts.VPC)}
	for _, block := range s.facts.VPCCIDRs {
		vpc.CidrBlockAssociationSet = append(vpc.CidrBlockAssociationSet, ec2types.VpcCidrBlockAssociation{
			CidrBlock:      awssdk.String(block),
			CidrBlockState: &ec2types.VpcCidrBlockState{State: ec2types.VpcCidrBlockStateCodeAssociated},
		})
	}
	for _, block := range s.facts.VPCIPv6CIDRs {
		vpc.Ipv6CidrBlockAssociationSet = append(vpc.Ipv6CidrBlockAssociationSet, ec2types.VpcIpv6CidrBlockAssociation{
			Ipv6CidrBlock:      awssdk.String(block),
			Ipv6CidrBlockState: &ec2types.VpcCidrBlockState{State: ec2types.VpcCidrBlockStateCodeAssociated},
		})
	}
	return &ec2sdk.DescribeVpcsOutput{Vpcs: []ec2types.Vpc{vpc}}, nil
}

func (s ec2) DescribeAvailabilityZonesWithContext(
	_ context.Context, in *ec2sdk.DescribeAvailabilityZonesInput,
) (*ec2sdk.DescribeAvailabilityZonesOutput, error) {
	var out ec2sdk.DescribeAvailabilityZonesOutput
	for _, id := range in.ZoneIds {
		zoneType := "availability-zone"
		for _, subnet := range s.facts.Subnets {
			if zoneID(subnet.Zone) == id && subnet.ZoneType != "" && subnet.ZoneType != outpost {
				zoneType = subnet.ZoneType
				break
			}
		}
		out.AvailabilityZones = append(out.AvailabilityZones, ec2types.AvailabilityZone{
			ZoneId: awssdk.String(id), ZoneType: awssdk.String(zoneType),
		})
	}
	return &out, nil
}

// DescribeRouteTablesAsList answers with a main route table that stays inside, and one that leads public subnets outside.
func (s ec2) DescribeRouteTablesAsList(_ context.Context, in *ec2sdk.DescribeRouteTablesInput) ([]ec2types.RouteTable, error) {
	if ok, err := s.matches(in.Filters, nil); err != nil || !ok {
		return nil, err
	}
	local := ec2types.Route{GatewayId: awssdk.String("local")}
	main := ec2types.RouteTable{
		Associations: []ec2types.RouteTableAssociation{{Main: awssdk.Bool(true)}},
		Routes:       []ec2types.Route{local},
	}
	public := ec2types.RouteTable{Routes: []ec2types.Route{local, {GatewayId: awssdk.String("igw-1")}}}
	for _, subnet := range s.facts.Subnets {
		if subnet.Public {
			public.Associations = append(public.Associations, ec2types.RouteTableAssociation{SubnetId: awssdk.String(subnet.ID)})
		}
	}
	return []ec2types.RouteTable{main, public}, nil
}

func (s ec2) DescribeSecurityGroupsAsList(_ context.Context, in *ec2sdk.DescribeSecurityGroupsInput) ([]ec2types.SecurityGroup, error) {
	known := func(id string) bool {
		return slices.ContainsFunc(s.facts.SecurityGroups, func(group SecurityGroup) bool { return group.ID == id })
	}
	if err := missing("InvalidGroup.NotFound", "security group", in.GroupIds, known); err != nil {
		return nil, err
	}
	var found []ec2types.SecurityGroup
	for _, group := range s.facts.SecurityGroups {
		if len(in.GroupIds) > 0 && !slices.Contains(in.GroupIds, group.ID) {
			continue
		}
		tags := named(group.Name, nil)
		if ok, err := s.matches(in.Filters, tags); err != nil {
			return nil, err
		} else if ok {
			found = append(found, ec2types.SecurityGroup{
				GroupId: awssdk.String(group.ID), VpcId: awssdk.String(s.facts.VPC), Tags: ec2Tags(tags),
			})
		}
	}
	return found, nil
}

// matches says whether something in the VPC passes every filter: one of a filter's values, in which `*` and `?` are wildcards.
func (s ec2) matches(filters []ec2types.Filter, tags map[string]string) (bool, error) {
	for _, filter := range filters {
		name := awssdk.ToString(filter.Name)
		if len(filter.Values) == 0 {
			return false, refusal("InvalidParameterValue", "The filter '"+name+"' has no values")
		}
		var value string
		has := true
		if key, isTag := strings.CutPrefix(name, "tag:"); isTag {
			value, has = tags[key]
		} else if name == "vpc-id" {
			value = s.facts.VPC
		} else {
			return false, refusal("InvalidParameterValue", "The filter '"+name+"' is invalid")
		}
		if !has || !slices.ContainsFunc(filter.Values, func(pattern string) bool { return like(pattern, value) }) {
			return false, nil
		}
	}
	return true, nil
}

// like compares as EC2's filters do: `*` stands for any characters, `?` for one, `\` takes that from the next.
func like(pattern, value string) bool {
	if !strings.ContainsAny(pattern, `*?\`) {
		return pattern == value
	}
	var expression strings.Builder
	escaped := false
	for _, letter := range pattern {
		switch {
		case escaped || !strings.ContainsRune(`*?\`, letter):
			expression.WriteString(regexp.QuoteMeta(string(letter)))
			escaped = false
		case letter == '\\':
			escaped = true
		case letter == '*':
			expression.WriteString(".*")
		default:
			expression.WriteString(".")
		}
	}
	ok, err := regexp.MatchString("(?s)^"+expression.String()+"$", value)
	return ok && err == nil
}

// missing is EC2's answer to ids that do not exist.
func missing(code, noun string, ids []string, known func(string) bool) error {
	unknown := slices.DeleteFunc(slices.Clone(ids), known)
	switch len(unknown) {
	case 0:
		return nil
	case 1:
		return refusal(code, fmt.Sprintf("The %s '%s' does not exist", noun, unknown[0]))
	default:
		return refusal(code, fmt.Sprintf("The %ss '%s' do not exist", noun, strings.Join(unknown, ", ")))
	}
}

func refusal(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message, Fault: smithy.FaultClient}
}

func zoneID(zone string) string { return zone + "-id" }

func named(name string, tags map[string]string) map[string]string {
	all := map[string]string{}
	for key, value := range tags {
		all[key] = value
	}
	if name != "" {
		all["Name"] = name
	}
	return all
}

func ec2Tags(tags map[string]string) []ec2types.Tag {
	out := make([]ec2types.Tag, 0, len(tags))
	for _, key := range sorted(tags) {
		out = append(out, ec2types.Tag{Key: awssdk.String(key), Value: awssdk.String(tags[key])})
	}
	return out
}

// acm answers for certificates.
type acm struct {
	services.ACM
	facts Facts
}

func (s acm) ListCertificatesAsList(_ context.Context, in *acmsdk.ListCertificatesInput) ([]acmtypes.CertificateSummary, error) {
	var out []acmtypes.CertificateSummary
	for _, certificate := range s.facts.Certificates {
		status := acmtypes.CertificateStatus(certificate.Status)
		if status == "" {
			status = acmtypes.CertificateStatusIssued
		}
		if len(in.CertificateStatuses) == 0 || slices.Contains(in.CertificateStatuses, status) {
			out = append(out, acmtypes.CertificateSummary{CertificateArn: awssdk.String(certificate.ARN)})
		}
	}
	return out, nil
}

func (s acm) DescribeCertificateWithContext(_ context.Context, in *acmsdk.DescribeCertificateInput) (*acmsdk.DescribeCertificateOutput, error) {
	certificate, err := s.find(in.CertificateArn)
	if err != nil {
		return nil, err
	}
	detail := &acmtypes.CertificateDetail{
		CertificateArn:          awssdk.String(certificate.ARN),
		SubjectAlternativeNames: certificate.Domains,
		Type:                    acmtypes.CertificateTypeAmazonIssued,
	}
	if certificate.Authority != "" {
		detail.Type = acmtypes.CertificateTypePrivate
		detail.CertificateAuthorityArn = awssdk.String(certificate.Authority)
	}
	return &acmsdk.DescribeCertificateOutput{Certificate: detail}, nil
}

func (s acm) ListTagsForCertificate(_ context.Context, in *acmsdk.ListTagsForCertificateInput) (*acmsdk.ListTagsForCertificateOutput, error) {
	certificate, err := s.find(in.CertificateArn)
	if err != nil {
		return nil, err
	}
	var out acmsdk.ListTagsForCertificateOutput
	for _, key := range sorted(certificate.Tags) {
		out.Tags = append(out.Tags, acmtypes.Tag{Key: awssdk.String(key), Value: awssdk.String(certificate.Tags[key])})
	}
	return &out, nil
}

func (s acm) find(arn *string) (Certificate, error) {
	for _, certificate := range s.facts.Certificates {
		if certificate.ARN == awssdk.ToString(arn) {
			return certificate, nil
		}
	}
	return Certificate{}, &acmtypes.ResourceNotFoundException{Message: awssdk.String("Could not find certificate " + awssdk.ToString(arn))}
}

// wafv2 answers for regional web ACLs.
type wafv2 struct {
	services.WAFv2
	facts Facts
}

func (s wafv2) ListWebACLsWithContext(context.Context, *wafv2sdk.ListWebACLsInput) (*wafv2sdk.ListWebACLsOutput, error) {
	var out wafv2sdk.ListWebACLsOutput
	for _, acl := range s.facts.WebACLs {
		out.WebACLs = append(out.WebACLs, wafv2types.WebACLSummary{Name: awssdk.String(acl.Name), ARN: awssdk.String(acl.ARN)})
	}
	return &out, nil
}

// rgt answers for an account in which nothing is tagged by the controller yet.
type rgt struct{ services.RGT }

func (rgt) GetResourcesAsList(context.Context, *rgtsdk.GetResourcesInput) ([]rgttypes.ResourceTagMapping, error) {
	return nil, nil
}

//! The regions that AWS has, to suggest while somebody types one (botocore's partitions). A newer one is as good: nothing is
//! refused for not being here.

use super::links::partition;

/// Every region outside the isolated partitions, whose addresses apigw does not know; those of most people first.
const REGIONS: [&str; 41] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// The regions of the partition that an ARN names, or all of them.
pub fn regions(arn: &str) -> Vec<&'static str> {
    let named = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    let of_partition: Vec<&str> =
        REGIONS.into_iter().filter(|region| partition(region).id == named).collect();
    if of_partition.is_empty() { REGIONS.to_vec() } else { of_partition }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules;

    #[test]
    fn every_suggestion_is_a_region_that_the_rules_take() {
        for region in regions("") {
            assert_eq!(rules::region(region), Ok(()), "{region}");
        }
    }

    #[test]
    fn an_arn_narrows_the_regions_to_its_partition() {
        assert_eq!(regions("arn:aws-cn:iam::123456789012:role/r"), ["cn-north-1", "cn-northwest-1"]);
        assert!(!regions("arn:aws:iam::123456789012:role/r").contains(&"cn-north-1"));
        assert_eq!(regions("nonsense"), regions(""));
    }
}
